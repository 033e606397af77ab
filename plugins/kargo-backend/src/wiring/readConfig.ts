import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { RESOURCE_NAME_PATTERN } from 'backstage-plugin-kargo-common';
import {
  KargoRolesConfig,
  readKargoRolesConfig,
} from 'backstage-plugin-kargo-node';
import { AdminAccountConfig } from '../api/server/AdminAccount';
import { readAdminAccount } from './readAdminAccount';
import { EgressPolicy } from '../adapters/http/EgressPolicy';
import { CacheByTagPolicy } from '../builtins/subscriptions/image/select';
import {
  DEFAULT_SHARED_NAMESPACE,
  KARGO_NAMESPACE,
  SYSTEM_NAMESPACE,
} from '../logic/sharedNamespaces';
import { PushIntegrationPolicy } from '../ports/GitWorkingTree';
import { ArgoCdClusterConfig, readArgoCdClusters } from './readArgoCd';
import { readDuration } from './readDuration';
import { readVerification, VerificationConfig } from './readVerification';
import { locateWorkingDirectory } from './workingDirectory';

/** Where manifests come from: exactly one is set. */
export type ManifestLocation = { path: string } | { url: string };

/** The configuration of the plugin with its defaults; durations in milliseconds. */
export interface KargoConfig {
  manifests: {
    locations: ManifestLocation[];
    intervalMs: number;
    prune: boolean;
  };
  argocd: { clusters: ArgoCdClusterConfig[] };
  encryptionKeys: string[];
  discovery: {
    minimumIntervalMs: number;
    registryRequestsPerSecond: number;
    cacheByTagPolicy: CacheByTagPolicy;
    plainHttpRegistries: string[];
  };
  egress: EgressPolicy;
  credentials: {
    useIntegrations: boolean;
    useAmbientIdentities: boolean;
    plainHttpHosts: string[];
  };
  git: {
    path: string;
    userName: string;
    userEmail: string;
    pushIntegrationPolicy: PushIntegrationPolicy;
  };
  /** Paths by the names that steps use. */
  programs: Record<string, string>;
  verification: VerificationConfig;
  adminAccount?: AdminAccountConfig;
  roles: KargoRolesConfig;
  webhooks: {
    /** Instead of the portal's own address of the plugin. */
    baseUrl?: string;
  };
  workingDirectory: string;
  uiBaseUrl?: string;
  sharedResourcesNamespace: string;
  concurrency: {
    jobs: number;
    promotions: number;
    stages: number;
    verifications: number;
    warehouses: number;
  };
  retention: {
    promotions: number;
    freight: number;
    minimumAgeMs: number;
    eventsMs: number;
  };
}

const CACHE_POLICIES = ['Forbid', 'Allow', 'Require', 'Force'] as const;
/** What steps may run; git is not one of them. */
const PROGRAMS = ['helm', 'kubectl', 'kustomize'] as const;
const PUSH_POLICIES = [
  'AlwaysRebase',
  'RebaseOrMerge',
  'RebaseOrFail',
  'AlwaysMerge',
  'None',
] as const;

/**
 * Reads the configuration.
 *
 * @throws InputError that names the key
 */
export function readConfig(root: Config): KargoConfig {
  const config = root.getOptionalConfig('kargo');
  const appBaseUrl = root.getOptionalString('app.baseUrl');
  const uiBaseUrl =
    config?.getOptionalString('uiBaseUrl') ??
    (appBaseUrl && `${appBaseUrl.replace(/\/+$/, '')}/kargo`);
  return {
    manifests: {
      locations: (
        config?.getOptionalConfigArray('manifests.locations') ?? []
      ).map(readLocation),
      intervalMs: readDuration(config, 'kargo', {
        key: 'manifests.interval',
        fallback: { minutes: 5 },
        // It would be read again and again.
        least: { seconds: 1 },
      }),
      prune: config?.getOptionalBoolean('manifests.prune') ?? false,
    },
    argocd: { clusters: readArgoCdClusters(config) },
    encryptionKeys:
      config?.getOptionalStringArray('secrets.encryptionKeys') ?? [],
    discovery: {
      minimumIntervalMs: readDuration(config, 'kargo', {
        key: 'discovery.minimumInterval',
        fallback: {},
      }),
      registryRequestsPerSecond: atLeastOne(
        config,
        'discovery.registryRequestsPerSecond',
        20,
      ),
      cacheByTagPolicy: oneOf(
        config,
        'discovery.cacheByTagPolicy',
        CACHE_POLICIES,
        'Allow',
      ),
      plainHttpRegistries:
        config?.getOptionalStringArray('discovery.plainHttpRegistries') ?? [],
    },
    egress: {
      allowLoopback:
        config?.getOptionalBoolean('egress.allowLoopback') ?? false,
      allow: config?.getOptionalStringArray('egress.allow') ?? [],
    },
    credentials: {
      useIntegrations:
        config?.getOptionalBoolean('credentials.useIntegrations') ?? true,
      useAmbientIdentities:
        config?.getOptionalBoolean('credentials.useAmbientIdentities') ?? false,
      plainHttpHosts:
        config?.getOptionalStringArray('credentials.plainHttpHosts') ?? [],
    },
    git: {
      path: config?.getOptionalString('git.path') ?? 'git',
      userName: config?.getOptionalString('git.userName') ?? 'Kargo',
      userEmail:
        config?.getOptionalString('git.userEmail') ?? 'no-reply@kargo.io',
      pushIntegrationPolicy: oneOf(
        config,
        'git.pushIntegrationPolicy',
        PUSH_POLICIES,
        'RebaseOrMerge',
      ),
    },
    programs: Object.fromEntries(
      PROGRAMS.map(name => [
        name,
        config?.getOptionalString(`programs.${name}`) ?? name,
      ]),
    ),
    verification: readVerification(config),
    ...readAdminAccount(config),
    roles: readKargoRolesConfig(root),
    webhooks: readWebhooks(config),
    workingDirectory: locateWorkingDirectory(root),
    ...(uiBaseUrl && { uiBaseUrl }),
    sharedResourcesNamespace: readSharedNamespace(config),
    concurrency: {
      jobs: atLeastOne(config, 'concurrency.jobs', 4),
      promotions: atLeastOne(config, 'concurrency.promotions', 10),
      stages: atLeastOne(config, 'concurrency.stages', 8),
      verifications: atLeastOne(config, 'concurrency.verifications', 10),
      warehouses: atLeastOne(config, 'concurrency.warehouses', 20),
    },
    retention: {
      promotions: atLeastOne(config, 'retention.promotions', 20),
      freight: atLeastOne(config, 'retention.freight', 20),
      minimumAgeMs: readDuration(config, 'kargo', {
        key: 'retention.minimumAge',
        fallback: { days: 14 },
      }),
      eventsMs: readDuration(config, 'kargo', {
        key: 'retention.events',
        fallback: { days: 7 },
      }),
    },
  };
}

function readWebhooks(config: Config | undefined): KargoConfig['webhooks'] {
  const baseUrl = config?.getOptionalString('webhooks.baseUrl');
  if (baseUrl && !/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? '')) {
    throw new InputError(
      `kargo.webhooks.baseUrl must be an http(s):// URL, got '${baseUrl}'`,
    );
  }
  return baseUrl ? { baseUrl: baseUrl.replace(/\/+$/, '') } : {};
}

/** What is in it, every project may use: it can be none that holds other things. */
function readSharedNamespace(config: Config | undefined): string {
  const name =
    config?.getOptionalString('sharedResourcesNamespace') ??
    DEFAULT_SHARED_NAMESPACE;
  const isTaken = name === KARGO_NAMESPACE || name === SYSTEM_NAMESPACE;
  if (isTaken || name.length > 63 || !RESOURCE_NAME_PATTERN.test(name)) {
    throw new InputError(
      `kargo.sharedResourcesNamespace must be a lower-case RFC 1123 name of at most 63 characters, and neither '${KARGO_NAMESPACE}' nor '${SYSTEM_NAMESPACE}', got '${name}'`,
    );
  }
  return name;
}

function readLocation(config: Config, index: number): ManifestLocation {
  const path = config.getOptionalString('path');
  const url = config.getOptionalString('url');
  if (path && !url) {
    return { path };
  }
  if (url && !path) {
    return { url };
  }
  throw new InputError(
    `kargo.manifests.locations[${index}] must have exactly one of 'path' and 'url'`,
  );
}

function atLeastOne(
  config: Config | undefined,
  key: string,
  fallback: number,
): number {
  const value = config?.getOptionalNumber(key) ?? fallback;
  if (!Number.isInteger(value) || value < 1) {
    throw new InputError(
      `kargo.${key} must be a whole number of at least 1, got ${value}`,
    );
  }
  return value;
}

function oneOf<T extends string>(
  config: Config | undefined,
  key: string,
  known: readonly T[],
  fallback: T,
): T {
  const value = config?.getOptionalString(key) ?? fallback;
  const found = known.find(candidate => candidate === value);
  if (!found) {
    throw new InputError(
      `kargo.${key} must be one of ${known.join(', ')}, got '${value}'`,
    );
  }
  return found;
}
