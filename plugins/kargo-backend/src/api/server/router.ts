import {
  AuditorService,
  AuditorServiceEvent,
  HttpAuthService,
  PermissionsRegistryService,
  PermissionsService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { NotFoundError, toError } from '@backstage/errors';
import express, { NextFunction, Request, Response } from 'express';
import Router from 'express-promise-router';
import {
  AnyWebhookReceiverType,
  KargoProjectPermissionResource,
  kargoProjectPermissionResourceRef,
  KargoStagePermissionResource,
  kargoStagePermissionResourceRef,
} from 'backstage-plugin-kargo-node';
import {
  Ask,
  OPERATIONS,
  Project,
  Resource,
  RESOURCE_VERSION_HEADER,
  Stage,
  SystemRoleClaims,
} from 'backstage-plugin-kargo-common';
import { DEFAULT_SHARED_NAMESPACE } from '../../logic/sharedNamespaces';
import { SubscribedURLs } from '../../logic/subscribedURLs';
import { WEBHOOK_BASE_PATH } from '../../logic/webhooks/receiverPath';
import { operationNeeds } from '../../logic/roles/operationNeeds';
import { maskPasswords } from '../../logic/urlPassword';
import { LinkedEntities } from '../../ports/LinkedEntities';
import { WatchEvent } from '../../ports/ResourceStore';
import { Access } from './Access';
import { AccessOptions, PolicyAccess } from './PolicyAccess';
import { actorOf, Caller } from './Caller';
import { clientGone } from './clientGone';
import { errorAnswer } from './errorAnswer';
import { createOpenApiDocument } from '../document/openApiDocument';
import { createWebhookRouter } from '../webhooks/webhookRouter';
import { identifyOwnCaller } from './OwnCallers';
import { parseQuery } from './parseQuery';
import { checkPathParts, readSearch } from './readAddress';
import { readBody } from './readBody';
import { registerPermissions } from './permissionResources';
import { Answer, ApiRequest, ApiServices, Route } from './route';
import { ROUTES } from '../routes';
import { sendGroups, sendPages } from './sendPages';
import { shownJson } from './shownJson';
import {
  StreamOptions,
  streamChanges,
  streamTexts,
  streamWatches,
} from './streamChanges';
import { WarningHeaders } from './WarningHeaders';
import { untilRevoked } from './untilRevoked';
import { whileAllowed } from './whileAllowed';
import { findWatchRoute } from './findWatchRoute';

/** Where the API lives, below the plugin's own path. */
export const API_BASE_PATH = '/v1beta1';

/**
 * Paths, with what is below them, that the portal must let through without a token: the API
 * asks for it itself, so that whoever has none is told in the words of the API.
 */
export const UNAUTHENTICATED_PATHS: readonly string[] = [
  API_BASE_PATH,
  // Who sends is known by its address and its signature.
  WEBHOOK_BASE_PATH,
];

/** Longest time a stream lives, so that a permission that was taken away ends it too. */
const MAX_STREAM_MS = 3_600_000;

/** What the API needs. */
export interface RouterOptions
  extends Omit<ApiServices, 'sharedNamespace' | 'systemRoleClaims'> {
  userInfo: UserInfoService;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  linkedEntities: LinkedEntities;
  /** Types of webhook receivers, by id. */
  receiverTypes: ReadonlyMap<string, AnyWebhookReceiverType>;
  /** What subscriptions watch, also those of extensions. */
  subscribedURLs: SubscribedURLs;
  /** Ends open streams when the portal stops. */
  shutdownSignal?: AbortSignal;
  /** Namespace of what every project may use, `kargo-shared-resources` by default. */
  sharedNamespace?: string;
  /** Nobody has the roles of the installation by default. */
  systemRoleClaims?: SystemRoleClaims;
}

/** Builds the HTTP API from the table of routes and registers its permissions. */
export function createRouter(options: RouterOptions): express.Router {
  const { permissionsRegistry } = options;
  registerPermissions(permissionsRegistry, options);
  const context: RouterContext = {
    ...options,
    sharedNamespace: options.sharedNamespace ?? DEFAULT_SHARED_NAMESPACE,
    systemRoleClaims: options.systemRoleClaims ?? {},
    projectRules: permissionsRegistry.getPermissionRuleset<
      'kargo-project',
      KargoProjectPermissionResource,
      unknown
    >(kargoProjectPermissionResourceRef),
    stageRules: permissionsRegistry.getPermissionRuleset<
      'kargo-stage',
      KargoStagePermissionResource,
      unknown
    >(kargoStagePermissionResourceRef),
  };
  const api = Router();
  for (const route of ROUTES) {
    api[route.method](expressPath(route.path), (request, response) =>
      serve(route, request, response, context),
    );
  }
  const document = createOpenApiDocument(ROUTES, options.version);
  api.get('/openapi.json', async (request, response) => {
    await authenticate(request, context);
    response.json(document);
  });
  api.use(async request => {
    await authenticate(request, context);
    throw new NotFoundError('There is no such operation');
  });
  api.use(respondWithError(options));
  const router = Router();
  router.use(API_BASE_PATH, api);
  router.use(WEBHOOK_BASE_PATH, createWebhookRouter(options));
  return router;
}

type RouterContext = RouterOptions & ApiServices & AccessOptions;

/** Variable parts of a path by name. */
type PathParams = Record<string, string>;

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

async function serve(
  route: Route,
  request: Request,
  response: Response,
  context: RouterContext,
): Promise<void> {
  const caller =
    route.ask.scope === 'nobody'
      ? undefined
      : await authenticate(request, context);
  checkPathParts(request.params);
  const search = readSearch(request.originalUrl);
  const warnings = WarningHeaders.create(response);
  const warn = (warning: string) => warnings.add(warning);
  const event = await openAuditEvent(route, request, search, caller, context);
  try {
    const subject =
      route.ask.scope === 'nobody'
        ? { bearer: request.headers.authorization }
        : await resolveSubject(route, request.params, caller, context);
    const answer = await route.handle(
      {
        ...subject,
        params: request.params,
        query: parseQuery(search, route.query, warn),
        body: await readBody(route, request, response, warn),
        // Hardly any operation takes so long that it asks.
        get signal() {
          return requestSignal(response, context);
        },
      } as ApiRequest<Ask['scope'], unknown, unknown>,
      context,
    );
    await event?.success('audited' in answer ? { meta: answer.audited } : {});
    if ('warnings' in answer) {
      answer.warnings?.forEach(warn);
    }
    const recheck = async () =>
      resolveSubject(
        route,
        request.params,
        caller && (await authenticate(request, context)),
        context,
      );
    const renew = () => authenticate(request, context);
    await respond(answer, { caller, renew, recheck, response, context });
  } catch (error) {
    await event?.fail({ error: toError(error) });
    throw error;
  }
}

function requestSignal(
  response: Response,
  { shutdownSignal }: RouterContext,
): AbortSignal {
  const gone = clientGone(response);
  return shutdownSignal ? AbortSignal.any([gone, shutdownSignal]) : gone;
}

async function openAuditEvent(
  { audit, operationId }: Route,
  request: Request,
  search: URLSearchParams,
  caller: Caller | undefined,
  { auditor }: RouterContext,
): Promise<AuditorServiceEvent | undefined> {
  if (!audit) {
    return undefined;
  }
  const { eventId, actionType, severityLevel = 'medium' } = audit;
  return auditor.createEvent({
    eventId,
    severityLevel,
    // The portal would take a token or a password that it does not know for a forged token.
    ...(caller && !caller.isOwn && { request }),
    // Parameters say what was asked for; bodies may hold secrets and stay out.
    meta: {
      actionType,
      operationId,
      ...(caller?.isOwn && { actor: caller.actor, path: request.path }),
      ...request.params,
      ...Object.fromEntries(
        [...search].map(([name, value]) => [name, maskPasswords(value)]),
      ),
    },
  });
}

async function authenticate(
  request: Request,
  context: RouterContext,
): Promise<Caller> {
  const token = bearerOf(request);
  const own = token && (await identifyOwnCaller(token, context));
  if (own) {
    return own;
  }
  const credentials = await context.httpAuth.credentials(request, {
    allow: ['user', 'service'],
  });
  return {
    actor: actorOf(credentials),
    isOwn: false,
    access: PolicyAccess.create(context, credentials),
    ...(credentials.expiresAt && {
      expiresAt: credentials.expiresAt.getTime(),
    }),
  };
}

function bearerOf({ headers }: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

async function resolveSubject(
  route: Route,
  params: PathParams,
  caller: Caller | undefined,
  context: RouterContext,
): Promise<object> {
  const { ask } = route;
  if (!caller || ask.scope === 'nobody') {
    return {};
  }
  const { access } = caller;
  const decide = () =>
    access.decideByRules(
      operationNeeds(route.operationId, OPERATIONS[route.operationId], params),
      params.project,
    );
  switch (ask.scope) {
    case 'anyone':
      decide();
      return { caller };
    case 'any':
      await access.demandAny(ask.permissions);
      return { caller };
    case 'basic':
      if (!decide()) {
        await access.demand(ask.permission);
      }
      return { caller };
    case 'project': {
      const project = await guardProject(params, access, context);
      if (!decide() && ask.permission) {
        await access.demandOnProject(ask.permission, project);
      }
      return { caller, project };
    }
    default: {
      const project = await guardProject(params, access, context);
      const stage = await getStage(params, context);
      if (!decide() && ask.permission) {
        await access.demandOnStages(ask.permission, [stage]);
      }
      return { caller, project, stage };
    }
  }
}

/** What does not exist and what the caller may not read look the same. */
async function guardProject(
  { project: name }: PathParams,
  access: Access,
  { store }: RouterContext,
): Promise<Project> {
  const project = await store.find({
    kind: 'Project',
    namespace: '',
    name,
  });
  if (!project || !(await access.mayRead(project))) {
    throw new NotFoundError(`Project '${name}' does not exist`);
  }
  return project;
}

async function getStage(
  { project, stage: name }: PathParams,
  { store }: RouterContext,
): Promise<Stage> {
  const stage = await store.find({
    kind: 'Stage',
    namespace: project,
    name,
  });
  if (!stage) {
    throw new NotFoundError(
      `Stage '${name}' does not exist in project '${project}'`,
    );
  }
  return stage;
}

/** What an answer is sent with. */
interface Sending {
  caller: Caller | undefined;
  /** The caller as they are known now. */
  renew: () => Promise<Caller>;
  /** Fails when the caller may not see the answer any more. */
  recheck: () => Promise<unknown>;
  response: Response;
  context: RouterContext;
}

async function respond(
  answer: Answer,
  { caller, renew, recheck, response, context }: Sending,
): Promise<void> {
  const stream = (send: (options: StreamOptions) => Promise<void>) =>
    untilRevoked(caller, streamSignal(caller, context), signal =>
      send(streamOptions(signal, context)),
    );
  if ('watch' in answer) {
    const watch = whileAllowed(answer.watch, recheck, context.clock);
    await stream(options => streamChanges(response, watch, options));
  } else if ('watches' in answer) {
    const watches = answer.watches.map(({ id, path }) => ({
      id,
      open: (signal: AbortSignal) =>
        openWatch(path, signal, { caller, renew, context }),
    }));
    await stream(options => streamWatches(response, watches, options));
  } else if ('texts' in answer) {
    const texts = whileAllowed(answer.texts, recheck, context.clock);
    await stream(options => streamTexts(response, texts, options));
  } else if ('pages' in answer) {
    await sendPages(response, answer, context);
  } else if ('groups' in answer) {
    await sendGroups(response, answer, context);
  } else if (answer.status === 204 || answer.body === undefined) {
    response.status(answer.status).end();
  } else {
    if (answer.resourceVersion !== undefined) {
      response.set(RESOURCE_VERSION_HEADER, answer.resourceVersion);
      // A portal's frontend may come from another address, where browsers hide headers.
      response.append('Access-Control-Expose-Headers', RESOURCE_VERSION_HEADER);
    }
    sendJson(response.status(answer.status), answer.body);
  }
}

function sendJson(response: Response, body: unknown): void {
  response.type('application/json').send(shownJson(body));
}

/** Opens the watch of a route as its own request would, permission included. */
async function* openWatch(
  path: string,
  signal: AbortSignal,
  { caller, renew, context }: Pick<Sending, 'caller' | 'renew' | 'context'>,
): AsyncGenerator<WatchEvent<Resource>> {
  const { pathname } = new URL(path, 'http://kargo.invalid');
  const search = readSearch(path);
  const match = findWatchRoute(ROUTES, pathname);
  if (!match) {
    throw new NotFoundError(`There is nothing to watch at ${pathname}`);
  }
  const { route, params } = match;
  checkPathParts(params);
  search.set('watch', 'true');
  const subject = await resolveSubject(route, params, caller, context);
  const answer = await route.handle(
    {
      ...subject,
      params,
      query: parseQuery(search, route.query),
      body: undefined,
      signal,
    } as ApiRequest<Ask['scope'], unknown, unknown>,
    context,
  );
  if ('watch' in answer) {
    const recheck = async () => {
      await resolveSubject(route, params, await renew(), context);
    };
    yield* whileAllowed(answer.watch, recheck, context.clock)(signal);
  }
}

function streamOptions(
  signal: AbortSignal,
  context: RouterContext,
): StreamOptions {
  return {
    clock: context.clock,
    signal,
    onError: error => context.logger.error('A watch failed', toError(error)),
  };
}

function streamSignal(
  caller: Caller | undefined,
  { clock, shutdownSignal }: RouterContext,
): AbortSignal {
  const expiresAt = caller?.expiresAt ?? Infinity;
  const lifetime = Math.min(MAX_STREAM_MS, expiresAt - clock.now());
  return AbortSignal.any([
    AbortSignal.timeout(Math.max(0, lifetime)),
    ...(shutdownSignal ? [shutdownSignal] : []),
  ]);
}

function respondWithError({ logger }: RouterOptions) {
  // Express knows an error handler by its four parameters.
  return (
    error: unknown,
    request: Request,
    response: Response,
    next: NextFunction,
  ): void => {
    if (response.closed && toError(error).name === 'AbortError') {
      // Nobody waits for the answer: it was broken off because of that.
      return;
    }
    const { status, headers = {}, body } = errorAnswer(error);
    if (status >= 500 && status !== 501) {
      logger.error(
        `Request failed: ${request.method} ${request.path}`,
        toError(error),
      );
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    sendJson(response.status(status).set(headers), body);
  };
}
