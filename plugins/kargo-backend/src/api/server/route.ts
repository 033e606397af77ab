import { LoggerService } from '@backstage/backend-plugin-api';
import {
  BasicPermission,
  Permission,
} from '@backstage/plugin-permission-common';
import {
  JsonObject,
  Project,
  Resource,
  Stage,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { Clock } from '../../ports/Clock';
import { EngineHealth } from '../../ports/EngineHealth';
import { EventSink } from '../../ports/EventSink';
import { Explanations } from '../../ports/Explanations';
import { Ids } from '../../ports/Ids';
import { ResourceAdmission } from '../../ports/ResourceAdmission';
import { IndexedStore } from '../../ports/ResourceIndex';
import { WatchEvent } from '../../ports/ResourceStore';
import { ProjectPermission, StagePermission } from './Access';
import { Caller } from './Caller';
import { QuerySchema } from './parseQuery';
import { SchemaName } from './schemas';

/** What handlers work with. */
export interface ApiServices {
  store: IndexedStore;
  admission: ResourceAdmission;
  clock: Clock;
  ids: Ids;
  events: EventSink;
  explanations: Explanations;
  logger: LoggerService;
  /** Whether the engine of this replica works. */
  engineHealth: () => EngineHealth;
  /** Version of the plugin. */
  version: string;
  /** Namespace of what every project may use. */
  sharedNamespace: string;
}

/**
 * What is asked before a route's handler runs.
 *
 * @remarks
 * `nobody`: no question, and no token either. `anyone`: a token is enough. `any`: one of
 * several permissions, for whatever it is; which ones the request needs only its body
 * says, and a body is read for nobody who has none of them. `basic`: a permission without
 * a resource. `project` and `stage`: the path names a project, and
 * whoever may not read it is told that it does not exist; then the permission, if there
 * is one beside reading, is asked about the project or the Stage that the path names.
 */
export type Ask =
  | { scope: 'nobody' }
  | { scope: 'anyone' }
  | { scope: 'any'; permissions: readonly Permission[] }
  | { scope: 'basic'; permission: BasicPermission }
  | { scope: 'project'; permission?: ProjectPermission }
  | { scope: 'stage'; permission?: StagePermission };

/** What a request is about, by the scope of its route. */
export interface ScopeSubjects {
  nobody: object;
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
};

/**
 * What a handler answers: an object with a status, a list in pages, changes to stream, or
 * watches of other routes to stream together;
 * `audited` goes to the audit log.
 */
export type Answer =
  | {
      status: 200 | 201 | 207;
      body?: unknown;
      audited?: JsonObject;
      /** What was done and may surprise; sent as `Warning` headers. */
      warnings?: readonly string[];
    }
  | { status: 204; audited?: JsonObject }
  | { head: object; pages: () => AsyncIterable<Resource[]> }
  | { watch: (signal: AbortSignal) => AsyncIterable<WatchEvent<Resource>> }
  | { watches: Array<{ id: string; path: string }> };

/** What the audit log says about a route. */
export interface AuditNote {
  /** Group of similar operations; kebab case. */
  eventId: string;
  actionType: string;
  severityLevel?: 'low' | 'medium' | 'high';
}

/** Methods of the API. */
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One operation of the API: everything that is known about it. */
export interface Route {
  method: Method;
  /** Below `/v1beta1`, with `{name}` for variable parts. */
  path: string;
  operationId: string;
  /** One sentence. */
  summary: string;
  ask: Ask;
  /** Permissions that the handler asks for what only the body or a stored object names. */
  alsoAsks?: readonly string[];
  query: QuerySchema;
  body?: { schema: z.ZodType } | 'manifests';
  /** Name of the answer's schema by status; `undefined` for an empty answer. */
  answers: Partial<Record<200 | 201 | 204 | 207 | 501, SchemaName | undefined>>;
  /** Present on everything that changes something. */
  audit?: AuditNote;
  handle(
    request: ApiRequest<Ask['scope'], unknown, unknown>,
    services: ApiServices,
  ): Promise<Answer>;
}

type RouteOf<A extends Ask, Q extends QuerySchema, B extends z.ZodType> = Omit<
  Route,
  'ask' | 'query' | 'body' | 'handle'
> & {
  ask: A;
  query?: Q;
  body?: { schema: B };
  handle(
    request: ApiRequest<A['scope'], z.output<Q>, z.output<B>>,
    services: ApiServices,
  ): Promise<Answer>;
};

const NO_PARAMETERS = z.object({});

/**
 * Declares a route whose handler sees the types of its scope, query and body.
 *
 * @remarks The router runs a handler only with what the route declares, which is what
 * the cast rests on.
 */
export function createRoute<
  const A extends Ask,
  Q extends QuerySchema = typeof NO_PARAMETERS,
  B extends z.ZodType = z.ZodUndefined,
>(route: RouteOf<A, Q, B>): Route {
  return { query: NO_PARAMETERS, ...route } as unknown as Route;
}

/** Declares a route whose body is manifests, as bytes. */
export function createManifestsRoute<
  const A extends Ask,
  Q extends QuerySchema = typeof NO_PARAMETERS,
>(route: Omit<RouteOf<A, Q, z.ZodType<Uint8Array>>, 'body'>): Route {
  return {
    query: NO_PARAMETERS,
    ...route,
    body: 'manifests',
  } as unknown as Route;
}
