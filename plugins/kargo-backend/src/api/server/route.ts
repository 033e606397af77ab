import { LoggerService } from '@backstage/backend-plugin-api';
import {
  AnswerOf,
  Ask,
  BodyOf,
  JsonObject,
  KindName,
  Operation,
  OperationId,
  Operations,
  OPERATIONS,
  ParamsOf,
  Project,
  QueryOf,
  Resource,
  ResourceKey,
  Stage,
  StepKinds,
  SystemRoleClaims,
} from 'backstage-plugin-kargo-common';
import { CredentialsLookup } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { Clock } from '../../ports/Clock';
import { DiscoveryDryRuns, DryRuns } from '../../ports/DryRuns';
import { EngineHealth } from '../../ports/EngineHealth';
import { EventSink } from '../../ports/EventSink';
import { Explanations } from '../../ports/Explanations';
import { GitHistory } from '../../ports/GitClient';
import { Ids } from '../../ports/Ids';
import { PromotionCreator } from '../../ports/PromotionCreator';
import { ResourceAdmission } from '../../ports/ResourceAdmission';
import { IndexedStore } from '../../ports/ResourceIndex';
import { StepConfigs } from '../../ports/StepConfigs';
import { WebhookDeliveries } from '../../ports/WebhookDeliveries';
import { WatchEvent } from '../../ports/ResourceStore';
import { AdminAccount } from './AdminAccount';
import { Caller } from './Caller';
import { QuerySchema, watchParameters, WatchQuery } from './parseQuery';
import { RequestReads } from './RequestReads';
import { SchemaName } from './schemas';
import { Pages } from './sendPages';
import { SignIn } from './SignIn';

/** What handlers work with. */
export interface ApiServices {
  store: IndexedStore;
  admission: ResourceAdmission;
  promotions: PromotionCreator;
  dryRuns: DryRuns;
  discoveryDryRuns: DiscoveryDryRuns;
  stepConfigs: StepConfigs;
  /** What promotion steps may use. */
  stepKinds: StepKinds;
  clock: Clock;
  ids: Ids;
  events: EventSink;
  explanations: Explanations;
  gitHistory: Pick<GitHistory, 'compareCommits'>;
  credentials: CredentialsLookup;
  webhookDeliveries: WebhookDeliveries;
  logger: LoggerService;
  /** Whether the engine of this replica works. */
  engineHealth: () => EngineHealth;
  /** Version of the plugin. */
  version: string;
  /** Namespace of what every project may use. */
  sharedNamespace: string;
  /** The admin account, if there is one. */
  adminAccount?: AdminAccount;
  /** How programs sign people in to the portal, if it lets them. */
  signIn?: SignIn;
  /** Who has the roles of the installation. */
  systemRoleClaims: SystemRoleClaims;
  /** Since when there is an installation, in epoch milliseconds, as far as that is known. */
  installedAt?: number;
  /** Where the pages of each Argo CD are, by shard. */
  argocdShards?: Record<string, { url: string; namespace: string }>;
}

/** What a request is about, by the scope of its route. */
export interface ScopeSubjects {
  nobody: { bearer: string | undefined };
  anyone: { caller: Caller };
  any: { caller: Caller };
  basic: { caller: Caller };
  project: { caller: Caller; project: Project };
  stage: { caller: Caller; project: Project; stage: Stage };
}

/** A request that passed every check its route declares. */
export type ApiRequest<S extends Ask['scope'], Q, B> = ScopeSubjects[S] & {
  /** Parts of the path by name. */
  params: Record<string, string>;
  query: Q;
  body: B;
  /** Reads what is only shown. */
  reads: RequestReads;
  /** Fires when whoever asked has gone, and when the portal stops. */
  signal: AbortSignal;
};

/**
 * What a handler answers: an object with a status, a list or groups of lists in pages,
 * changes or texts to stream, or watches of other routes to stream together;
 * `audited` goes to the audit log.
 */
export type Answer<T = unknown> =
  | {
      status: 200 | 201 | 207;
      body?: T;
      audited?: JsonObject;
      /** Revision of the store at which an object was read; sent as a header. */
      resourceVersion?: string;
      /** What was done and may surprise; sent as `Warning` headers. */
      warnings?: readonly string[];
    }
  | { status: 204; audited?: JsonObject }
  | { head: object; pages: Pages }
  | { head: object; groups: ReadonlyMap<string, Pages> }
  | {
      watch: (signal: AbortSignal) => AsyncIterable<WatchEvent<Resource>>;
      /**
       * Each frame tells where to go on, also where nothing changed; absent where Kargo's
       * clients watch, too, which know neither.
       */
      revisions?: true;
      warnings?: readonly string[];
    }
  | { watches: Array<{ id: string; path: string }> }
  | { texts: (signal: AbortSignal) => AsyncIterable<string> };

/** What the audit log says about a route. */
export interface AuditNote {
  /** Group of similar operations; kebab case. */
  eventId: string;
  actionType: string;
  severityLevel?: 'low' | 'medium' | 'high';
}

/** Schemas of answers by status; `undefined` for an empty answer. */
type AnswerSchemas = Partial<
  Record<200 | 201 | 204 | 207 | 501, SchemaName | undefined>
>;

/**
 * What the handler will ask {@link RequestReads} for, beside what the request is about: it is
 * read together with that, while the portal's policy is asked.
 */
type ReadsAhead = (
  params: Record<string, string>,
  search: URLSearchParams,
) => ResourceKey<KindName>[];

/** One operation of the API: everything that is known about it. */
export interface Route<Id extends OperationId = OperationId>
  extends Omit<Operation, 'query' | 'body' | 'answer'> {
  operationId: Id;
  /** One sentence. */
  summary: string;
  query: QuerySchema;
  body?: { schema: z.ZodType } | 'manifests';
  answers: AnswerSchemas;
  /** Present on everything that changes something. */
  audit?: AuditNote;
  readsAhead?: ReadsAhead;
  handle(
    request: ApiRequest<Ask['scope'], unknown, unknown>,
    services: ApiServices,
  ): Promise<Answer>;
}

/** Schemas of parameters whose values have the types that the table promises. */
type QueryShape<Q> = { [P in keyof Q]-?: z.ZodType<Q[P]> };

/** Where a watch starts, for operations that have one. */
type WatchedQuery<Id extends OperationId> = Operations[Id] extends {
  watchable: true;
}
  ? WatchQuery
  : object;

type ScopeOf<Id extends OperationId> = Operations[Id]['ask']['scope'];

/** What a route adds to its operation, when it takes no body. */
export interface RouteParts<Id extends OperationId, B = undefined> {
  summary: string;
  query?: QueryShape<QueryOf<Id>>;
  answers: AnswerSchemas;
  audit?: AuditNote;
  readsAhead?: ReadsAhead;
  handle(
    request: Omit<
      ApiRequest<ScopeOf<Id>, QueryOf<Id> & WatchedQuery<Id>, B>,
      'params'
    > & { params: ParamsOf<Id> },
    services: ApiServices,
  ): Promise<Answer<AnswerOf<Id>>>;
}

/** What the schema of a body must take: all that a client of the table may send. */
type BodySchema<
  Id extends OperationId,
  B extends z.ZodType,
> = BodyOf<Id> extends z.input<B> ? B : never;

/** What a route adds to its operation: schemas, the handler and what is said about it. */
type PartsOf<
  Id extends OperationId,
  B extends z.ZodType,
> = BodyOf<Id> extends undefined
  ? RouteParts<Id>
  : Operations[Id] extends { body: 'manifests' }
  ? RouteParts<Id, Uint8Array>
  : RouteParts<Id, z.output<B>> & { body: { schema: BodySchema<Id, B> } };

/**
 * Declares how an operation of the table is carried out. Parameters, body and answer have
 * the types that the table promises to clients.
 *
 * @remarks The router runs a handler only with what the table declares, which is what the
 * cast rests on.
 */
export function createRoute<
  Id extends OperationId,
  B extends z.ZodType = z.ZodUndefined,
>(operationId: Id, parts: PartsOf<Id, B>): Route<Id> {
  return assemble(operationId, parts);
}

/** A route of a family whose operations differ in names and kinds only. */
export interface FamilyRouteParts<
  S extends Ask['scope'],
  Q = object,
  B = unknown,
> extends Pick<
    RouteParts<OperationId>,
    'summary' | 'answers' | 'audit' | 'readsAhead'
  > {
  /** Its output is what the handler sees. */
  body?: { schema: z.ZodType };
  handle(request: ApiRequest<S, Q, B>, services: ApiServices): Promise<Answer>;
}

/** Names of operations that ask in a scope. */
export type OperationIdIn<S extends Ask['scope']> = {
  [Id in OperationId]: ScopeOf<Id> extends S ? Id : never;
}[OperationId];

/** Declares how one operation of a family is carried out. */
export function createFamilyRoute<
  S extends Ask['scope'],
  Id extends OperationIdIn<S>,
  Q = object,
  B = unknown,
>(operationId: Id, parts: FamilyRouteParts<S, Q, B>): Route<Id> {
  return assemble(operationId, parts);
}

function assemble<Id extends OperationId>(
  operationId: Id,
  parts: object,
): Route<Id> {
  const {
    query,
    body,
    answer: _,
    ...operation
  }: Operation = OPERATIONS[operationId];
  const { query: shape, ...rest } = parts as { query?: z.ZodRawShape };
  return {
    ...operation,
    operationId,
    ...(body === 'manifests' && { body }),
    ...rest,
    query: z.object({
      ...shape,
      ...(operation.watchable && watchParameters),
    }),
  } as unknown as Route<Id>;
}
