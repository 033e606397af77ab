import { HumanDuration } from '@backstage/types';

/** How a cluster is reached. */
type ClusterAccess = {
  /** The API server of the cluster. */
  url?: string;
  /**
   * Bearer token for the API server.
   * @visibility secret
   */
  token?: string;
  /** A file with the token, read anew as it changes. */
  tokenFile?: string;
  /** The certificate authority of the API server, base64 of its PEM form. */
  caData?: string;
  /** The same, as a file in PEM form. */
  caFile?: string;
  /** Whether the API server's certificate is not checked; off by default. */
  skipTLSVerify?: boolean;
  /** Instead of `url`: a kubeconfig file. */
  kubeconfig?: {
    /** Where it is, on the portal's machine. */
    path: string;
    /** The current one by default. */
    context?: string;
  };
  /** Instead of `url`: the cluster that the portal itself runs in, with its service account. */
  inCluster?: boolean;
};

export interface Config {
  /** Continuous promotion with Kargo. */
  kargo?: {
    /** Manifests that are applied at start and kept in sync. */
    manifests?: {
      /** Where they are: files, folders (every .yaml and .yml below) or URLs. */
      locations?: Array<{
        /** A file or folder, relative to the working directory of the backend. */
        path?: string;
        /** A URL that the portal's `integrations` can read. */
        url?: string;
      }>;
      /** How often they are read again; 5 minutes by default. */
      interval?: HumanDuration | string;
      /**
       * Deletes what came from these locations and is no longer there; off by default. Waits
       * until no replica of the portal with other manifests was seen for three intervals, and
       * while a location holds no manifest at all.
       */
      prune?: boolean;
    };
    /** Argo CD, for the steps `argocd-update` and `argocd-wait` and for the health of Stages. */
    argocd?: {
      /**
       * The clusters that Argo CD runs in. A Stage with a `spec.shard` uses the cluster of
       * that name, every other one the first.
       */
      clusters?: Array<
        {
          /** Also the shard whose Stages it serves. */
          name: string;
          /** Where Applications are whose namespace is not told; `argocd` by default. */
          namespace?: string;
          /** Argo CD's own pages, for links. */
          uiUrl?: string;
        } & ClusterAccess
      >;
    };
    /** Secrets are kept encrypted; without a key they cannot be stored. */
    secrets?: {
      /**
       * Keys of at least 32 characters. The first encrypts; the others read what was
       * encrypted before, and everything is re-encrypted with the first at start. Several
       * replicas learn a new key behind the current one first, and have it first with the
       * next rollout: what needs a key that a replica does not know waits there. A Secret
       * whose key is lost can still be replaced and deleted.
       * @deepVisibility secret
       */
      encryptionKeys?: string[];
    };
    /** Discovery by Warehouses. */
    discovery?: {
      /** Shortest interval of a Warehouse; no limit by default. */
      minimumInterval?: HumanDuration | string;
      /** Requests per second to one registry with the same credentials; 20 by default. */
      registryRequestsPerSecond?: number;
      /**
       * Whether subscriptions may cache images by tag: 'Forbid', 'Allow' (the default),
       * 'Require' or 'Force'.
       */
      cacheByTagPolicy?: 'Forbid' | 'Allow' | 'Require' | 'Force';
      /** Registry hosts (with port) that are spoken to without TLS; loopback needs no mention. */
      plainHttpRegistries?: string[];
    };
    /** Outgoing requests of discovery and of steps. */
    egress?: {
      /** Whether addresses of the portal's own machine may be reached; off by default. */
      allowLoopback?: boolean;
      /** Hosts (`registry.corp`, `*.corp`) and networks (`10.1.0.0/16`) that may be reached although they are private. */
      allow?: string[];
    };
    /** Credentials for repositories. */
    credentials?: {
      /** Whether credentials of the portal's `integrations` serve where no Secret matches; on by default. */
      useIntegrations?: boolean;
      /** Whether identities of the environment (cloud roles) serve where no Secret matches; off by default. */
      useAmbientIdentities?: boolean;
      /** Hosts to which credentials may be sent over plain HTTP. */
      plainHttpHosts?: string[];
    };
    /** The git program and commits. */
    git?: {
      /** The program; `git` on the PATH by default. */
      path?: string;
      /** Name on commits; `Kargo` by default. */
      userName?: string;
      /** Address on commits; `no-reply@kargo.io` by default. */
      userEmail?: string;
      /** How pushes meet commits of others; 'RebaseOrMerge' by default. */
      pushIntegrationPolicy?:
        | 'AlwaysRebase'
        | 'RebaseOrMerge'
        | 'RebaseOrFail'
        | 'AlwaysMerge'
        | 'None';
    };
    /** Programs that promotion steps may run. */
    programs?: {
      /** Helm; `helm` on the PATH by default. */
      helm?: string;
      /** kubectl, for the Kustomize in it; `kubectl` on the PATH by default. */
      kubectl?: string;
      /** Kustomize; `kustomize` on the PATH by default. */
      kustomize?: string;
    };
    /** Webhook receivers. */
    webhooks?: {
      /**
       * The plugin's own address as senders of webhooks reach it, such as
       * `https://hooks.example.com/api/kargo`; by default the one that the portal tells.
       */
      baseUrl?: string;
    };
    /**
     * Folder for working directories and mirrors, in the system's temporary folder by default.
     * Each installation of the portal makes a folder of its own in it. On a local disk: Promotions
     * look at many small files there.
     */
    workingDirectory?: string;
    /** Base URL of Kargo's pages, for `ctx.uiBaseUrl`; `app.baseUrl` + `/kargo` by default. */
    uiBaseUrl?: string;
    /** Project whose Secrets and ConfigMaps every project may use; `kargo-shared-resources` by default. */
    sharedResourcesNamespace?: string;
    /** Work of one project that runs side by side on each replica; all projects together may run up to twice as much. */
    concurrency?: {
      /** Jobs of verifications that run without a cluster; 4 by default. */
      jobs?: number;
      /** Promotions; 10 by default. */
      promotions?: number;
      /** Stages; 8 by default. */
      stages?: number;
      /** Verifications that measure at the same time; 10 by default. */
      verifications?: number;
      /** Warehouses; 20 by default. */
      warehouses?: number;
    };
    /** How Freight is verified. */
    verification?: {
      /**
       * How jobs of AnalysisTemplates run: in a `cluster`, or on the portal's machine as far as
       * `containers` and `processes` allow; not at all by default.
       */
      jobs?: {
        /** A cluster that runs them as Jobs of its own. */
        cluster?: {
          /** For messages; `verification` by default. */
          name?: string;
          /**
           * Where all Jobs are made; by default each Project's in the namespace with its name,
           * which must have the label `kargo.akuity.io/project: "true"`.
           */
          namespace?: string;
        } & ClusterAccess;
        /** Containers, by a container engine. */
        containers?: {
          /** The engine's program; `docker` by default. */
          program?: string;
          /** Images that may be run; globs such as `ghcr.io/acme/*`. */
          images: string[];
          /** Options of every `run`, such as `--network=none`. */
          arguments?: string[];
        };
        /**
         * Commands of containers as processes of the portal's user, for images that may not be
         * run as containers. Who writes templates of a project chooses the arguments.
         */
        processes?: {
          /** Images whose commands may be run; globs. The images themselves are not used. */
          images: string[];
          /** The commands that may be run, such as `curl`; a shell runs anything. */
          programs: string[];
        };
      };
      /**
       * A cluster whose Argo Rollouts runs the AnalysisRuns, instead of the plugin itself; none by
       * default.
       */
      rollouts?: {
        /** AnalysisRuns remember it, and messages tell it; `verification` by default. */
        name?: string;
        /**
         * Where all AnalysisRuns are made; by default each Project's in the namespace with its name,
         * which must have the label `kargo.akuity.io/project: "true"`.
         */
        namespace?: string;
        /** Of the controller of Argo Rollouts, where it was given one. */
        instanceId?: string;
      } & ClusterAccess;
    };
    /** Kargo's API. */
    api?: {
      /** An account with a password, for `kargo login --admin`; there is none by default. */
      adminAccount?: {
        /** Off takes the account away; on by default once it has a password. */
        enabled?: boolean;
        /**
         * A bcrypt hash of the password.
         * @visibility secret
         */
        passwordHash: string;
        /**
         * What its tokens are signed with, of at least 32 characters.
         * @visibility secret
         */
        tokenSigningKey: string;
        /** How long its tokens are good; 24 hours by default. */
        tokenTTL?: HumanDuration | string;
      };
    };
    /** Kargo's own roles. */
    roles?: {
      /** Which claims people of the portal have, for the policy that asks for roles. */
      identity?: {
        /** Claim with the entity reference of the user; `sub` by default. */
        user?: string;
        /** Claim with the address of the user's profile; `email` by default. */
        email?: string;
        /** Claim with the groups that the user acts for; `groups` by default. */
        groups?: string;
        /** Whether `user:default/jo` is also known as `jo`, and groups alike; on by default. */
        shortNames?: boolean;
      };
      /** Who has the role `kargo-admin` of the installation: everything, everywhere. */
      admins?: {
        /** Values by claim; one value of one claim is enough. */
        claims?: Record<string, string | string[]>;
      };
      /** Who has the role `kargo-viewer` of the installation. */
      viewers?: {
        /** Values by claim; one value of one claim is enough. */
        claims?: Record<string, string | string[]>;
      };
      /** Who has the role `kargo-user` of the installation. */
      users?: {
        /** Values by claim; one value of one claim is enough. */
        claims?: Record<string, string | string[]>;
      };
      /** Who has the role `kargo-project-creator` of the installation. */
      projectCreators?: {
        /** Values by claim; one value of one claim is enough. */
        claims?: Record<string, string | string[]>;
      };
    };
    /** What is kept of the past. */
    retention?: {
      /** Promotions per Stage that stay whatever their age; 20 by default. */
      promotions?: number;
      /** Freight per Warehouse that stays whatever its age; 20 by default. */
      freight?: number;
      /** Age under which nothing is removed; 14 days by default. */
      minimumAge?: HumanDuration | string;
      /** How long events are kept; 7 days by default. */
      events?: HumanDuration | string;
    };
  };
}
