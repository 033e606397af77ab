import { Freight } from '../model/Freight';
import { JsonObject } from '../model/json';
import { Project } from '../model/Project';
import { Promotion } from '../model/Promotion';

/** A list as the Kubernetes API writes it. @public */
export interface ResourceList<T> {
  apiVersion: string;
  kind: string;
  metadata: {
    resourceVersion: string;
    /** Where the next page begins; absent when a `limit` left nothing out. */
    continue?: string;
  };
  items: T[];
}

/**
 * Header with the revision of the store at which a single object was read; a watch from
 * there misses nothing.
 *
 * @public
 */
export const RESOURCE_VERSION_HEADER = 'Kargo-Resource-Version';

/** An object, and where a watch of it may start. @public */
export interface ObjectSnapshot<T> {
  object: T;
  /** Empty when it is not known: a watch then begins with the object as it is. */
  resourceVersion: string;
}

/** One page of projects. @public */
export interface ProjectPage {
  items: Project[];
  total: number;
  /** With `mineFirst`: how many, of all that were found, come first as the caller's. */
  mine?: number;
}

/** Something in a project that goes on only when somebody does something. @public */
export interface WaitingItem {
  /**
   * What has to be done: see to a failure, approve Freight that nothing else lets in, resume
   * automation, promote.
   */
  kind: 'failed' | 'approve' | 'held' | 'promote';
  /** Of a failure, what failed: the last Promotion, or the verification of what runs. */
  failed?: 'promotion' | 'verification';
  stage: string;
  /** Name of the Freight that it is about; of a failure there is none. */
  freight?: string;
  /** Version of what leads that Freight. */
  version?: string;
}

/** A project at a glance. @public */
export interface ProjectSummary {
  project: string;
  stages: {
    /** All but those that only let Freight through. */
    count: number;
    /** Of these, whose health is good and that nobody has to look at. */
    healthy: number;
    /** Of these, that hold nothing and where nothing failed. */
    empty: number;
    /** Of these, that somebody has to look at. */
    failing: number;
    /** That only let Freight through. */
    passThrough: number;
  };
  /** The Promotion that ended last; `finishedAt` is RFC 3339. */
  lastPromotion?: { name: string; stage: string; finishedAt: string };
  /** What waits for the caller, the most pressing first. */
  forCaller: WaitingItem[];
  /** How many things wait for others, and whose they are as far as that is known. */
  forOthers: { count: number; owners: string[] };
}

/** Projects at a glance. @public */
export interface ProjectSummaries {
  /** In the order in which they were asked for. */
  items: ProjectSummary[];
}

/** Freight in groups; ungrouped Freight stands under `''`. @public */
export interface FreightGroups {
  groups: Record<string, { items: Freight[] }>;
  /** Empty when the set was computed and cannot be watched. */
  resourceVersion: string;
}

/** The Freight of an answer without grouping, in its order. @public */
export function ungroupedFreight({ groups }: FreightGroups): Freight[] {
  return groups['']?.items ?? [];
}

/** A commit, as a person tells it from others. @public */
export interface CommitSummary {
  /** In full. */
  id: string;
  /** First line of its message. */
  subject: string;
  /** `Name <email>`. */
  author: string;
  /** When it was committed, RFC 3339 with its zone. */
  committedAt: string;
}

/** Some commits, newest first. @public */
export interface CommitSummaries {
  items: CommitSummary[];
  /** Whether there are more than are listed. */
  isCut: boolean;
}

/** How a repository differs between what a Stage holds and other Freight. @public */
export interface RepositoryCommits {
  repoURL: string;
  /** Commits of both, in full. */
  from: string;
  to: string;
  /** What the Freight has and the Stage has not; absent where the history is not known. */
  added?: CommitSummaries;
  /** What the Stage has and the Freight has not. */
  removed?: CommitSummaries;
  /** Why the history is not known, one sentence for people. */
  unknown?: string;
}

/** How the repositories of Freight differ from what a Stage holds. @public */
export interface FreightCommits {
  repositories: RepositoryCommits[];
}

/** Promotions that one request created. @public */
export interface PromoteDownstreamResponse {
  promotions: Promotion[];
  /** Which could not be created and why, one line each. */
  errors?: string;
}

/** What became of one manifest. @public */
export interface ResourceResult {
  createdResourceManifest?: JsonObject;
  updatedResourceManifest?: JsonObject;
  deletedResourceManifest?: JsonObject;
  error?: string;
  /** What was ignored or may surprise; only when the request says how fields are validated. */
  warnings?: string[];
}

/** What became of manifests: Projects first, or last when they are deleted; else in their order. @public */
export interface ResourceResults {
  results: ResourceResult[];
}

/** A link that project configuration declares. @public */
export interface ResourceLink {
  title: string;
  url: string;
  description?: string;
}

/** Links of an object, and why others cannot be shown. @public */
export interface ResourceLinks {
  links: ResourceLink[];
  errors?: string[];
}

/**
 * Image repositories, their tags, and the Stages that hold or held them: 0 is what a Stage
 * holds now, larger is longer ago.
 *
 * @public
 */
export type ImageMatrix = Record<
  string,
  { tags: Record<string, { stages: Record<string, number> }> }
>;

/** Whether the caller may do something; the reason is for people. @public */
export interface AccessVerdict {
  allowed: boolean;
  reason?: string;
}

/** What the caller may do in the installation, outside of projects. @public */
export interface SystemAccess {
  projects: { create: AccessVerdict };
  /** What all projects share, and the configuration of the installation. */
  shared: { manage: AccessVerdict };
}

/** What the caller may do in one project. @public */
export interface ProjectAccess {
  project: {
    manage: AccessVerdict;
    /** Whether they may rename Freight. */
    alias?: AccessVerdict;
  };
  stages: Record<
    string,
    {
      promote: AccessVerdict;
      approve: AccessVerdict;
      /** To verify again and to stop that; told of one Stage alone. */
      verify?: AccessVerdict;
      /** To abort Promotions; told of one Stage alone. */
      abort?: AccessVerdict;
      /**
       * Entity references of the people and groups whose it is; absent while the catalog has
       * not told.
       */
      owners?: string[];
      /** That the caller, to whom something is refused, is one of them: the policy keeps it from owners. */
      isOwner?: boolean;
    }
  >;
  /**
   * References of catalog entities that name the project, while neither it nor one of its
   * Stages confirms them, so that their owners own nothing here. Whoever may not manage
   * the project sees only their own.
   */
  unconfirmedEntities?: string[];
}

/** Whether the engine of the answering replica works. @public */
export interface EngineHealth {
  state: 'starting' | 'running' | 'impaired' | 'stopped';
  /** Since when, RFC 3339. */
  since: string;
  /** What is wrong and what happens next; absent while it runs. */
  message?: string;
}

/** How clients sign in. @public */
export interface PublicServerConfig {
  adminAccountEnabled: boolean;
  skipAuth: boolean;
  /** Present where the portal lets programs sign people in. */
  oidcConfig?: {
    /** The portal's OpenID provider, or what stands in for it. */
    issuerUrl: string;
    /** The portal's own client for command lines. */
    clientId: string;
    /** The client of Kargo's own command line. */
    cliClientId: string;
    scopes: string[];
  };
}

/** What a program is that signs people in, as OAuth's client metadata. @public */
export interface OAuthClient {
  client_id: string;
  client_name: string;
  redirect_uris: string[];
  response_types: string[];
  grant_types: string[];
  token_endpoint_auth_method: string;
  scope: string;
}

/** Of what the plugin was built; fields that only Kargo's own program has are empty. @public */
export interface ServerVersion {
  version: string;
  buildDate: string;
  gitCommit: string;
  gitTreeDirty: boolean;
  goVersion: string;
  compiler: string;
  platform: string;
}

/** Whether controllers work, by their names. @public */
export interface ControllerHeartbeats {
  heartbeats: Record<
    string,
    { controller: string; status: 'Alive' | 'Dead'; timestamp: string }
  >;
  /** That of Stages without a shard. */
  defaultController: string;
}

/** What the installation can do. @public */
export interface ServerConfig {
  argocdShards: Record<string, unknown>;
  secretManagementEnabled: boolean;
  kargoNamespace: string;
  systemResourcesNamespace: string;
  sharedResourcesNamespace: string;
  hasAnalysisRunLogsUrlTemplate: boolean;
}

/** A kind of promotion step that this portal has. @public */
export interface StepKind {
  /** What `uses` of a step says. */
  name: string;
  /** What it does, in a sentence. */
  description: string;
  /** JSON Schema of what `config` holds when its expressions are evaluated. */
  config: JsonObject;
}

/** All kinds of promotion steps that this portal has. @public */
export interface StepKinds {
  /** By name. */
  items: StepKind[];
}

/**
 * A request that came to a webhook receiver. Neither its body nor any secret is kept.
 *
 * @public
 */
export interface WebhookDelivery {
  /** Name of the receiver. */
  receiver: string;
  /** `github`, `harbor`, … */
  type: string;
  /** RFC 3339. */
  at: string;
  /** What happened, in the sender's word: `push`. Empty when it did not say. */
  event: string;
  /** Of the HTTP answer. */
  status: number;
  /**
   * Whether something was refreshed; it was taken and there was nothing to do; it was not
   * taken; or it was, and could not be carried out.
   */
  outcome: 'Refreshed' | 'Ignored' | 'Refused' | 'Failed';
  /** One sentence for people. */
  message: string;
}

/** The last deliveries to the webhook receivers of a config, newest first. @public */
export interface WebhookDeliveries {
  items: WebhookDelivery[];
}
