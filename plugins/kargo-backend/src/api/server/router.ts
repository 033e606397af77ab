import { AuditorServiceEvent } from '@backstage/backend-plugin-api';
import { NotFoundError, toError } from '@backstage/errors';
import express, { NextFunction, Request, Response } from 'express';
import Router from 'express-promise-router';
import {
  KargoProjectPermissionResource,
  kargoProjectPermissionResourceRef,
  KargoStagePermissionResource,
  kargoStagePermissionResourceRef,
} from 'backstage-plugin-kargo-node';
import { Ask, JsonObject } from 'backstage-plugin-kargo-common';
import { DEFAULT_SHARED_NAMESPACE } from '../../logic/sharedNamespaces';
import { WEBHOOK_BASE_PATH } from '../../logic/webhooks/receiverPath';
import { maskedError } from '../../logic/maskedError';
import { maskPasswords } from '../../logic/urlPassword';
import { authenticate } from './authenticate';
import { Caller } from './Caller';
import { clientGone } from './clientGone';
import { errorAnswer } from './errorAnswer';
import { createOpenApiDocument } from '../document/openApiDocument';
import { createWebhookRouter } from '../webhooks/webhookRouter';
import { logRequest } from './logRequest';
import { givenParameters, parseQuery, QuerySchema } from './parseQuery';
import { checkPathParts, readSearch } from './readAddress';
import { readBody } from './readBody';
import { registerPermissions } from './permissionResources';
import { RequestReads } from './RequestReads';
import { resolveSubject } from './resolveSubject';
import { respond } from './respond';
import { ApiRequest, Route } from './route';
import { RouterContext, RouterOptions } from './RouterContext';
import { ROUTES } from '../routes';
import { sendJson } from './sendJson';
import { createSignInRouter, SIGN_IN_PATH } from './signInRouter';
import { WarningHeaders } from './WarningHeaders';

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
    await identify(request, response, context);
    response.json(document);
  });
  // Kargo's own command line watches here, where nothing of Kargo's answers, after a refresh.
  api.get('/cluster-config', (request, response) => {
    const search = request.originalUrl.replace(/^[^?]*/, '');
    response.redirect(307, `system/cluster-config${search}`);
  });
  if (options.signIn) {
    api.use(SIGN_IN_PATH, createSignInRouter(options.signIn));
  }
  api.use(async (request, response) => {
    await identify(request, response, context);
    throw new NotFoundError('There is no such operation');
  });
  api.use(respondWithError(options));
  const router = Router();
  router.use(API_BASE_PATH, api);
  router.use(WEBHOOK_BASE_PATH, createWebhookRouter(options));
  return router;
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Who asks; the log tells what became of it. */
async function identify(
  request: Request,
  response: Response,
  context: RouterContext,
): Promise<Caller> {
  const caller = await authenticate(request, context);
  logRequest(request, response, caller, context);
  return caller;
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
      : await identify(request, response, context);
  checkPathParts(request.params);
  const search = readSearch(request.originalUrl);
  const warnings = WarningHeaders.create(response);
  const warn = (warning: string) => warnings.add(warning);
  const reads = RequestReads.of(context.store);
  const event = await openAuditEvent(route, request, search, caller, context);
  try {
    const subject =
      route.ask.scope === 'nobody'
        ? { bearer: request.headers.authorization }
        : await resolveSubject(route, {
            params: request.params,
            ...{ search, caller, reads },
          });
    const answer = await route.handle(
      {
        ...subject,
        params: request.params,
        query: parseQuery(search, route.query, warn),
        body: await readBody(route, request, response, warn),
        reads,
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
      resolveSubject(route, {
        params: request.params,
        search,
        caller: caller && (await authenticate(request, context)),
        reads: RequestReads.of(context.store),
      });
    const renew = () => authenticate(request, context);
    await respond(answer, { caller, renew, recheck, response, context });
  } catch (error) {
    // The portal's log masks what it knows of; of what somebody sent it knows nothing.
    await event?.fail({ error: maskedError(toError(error), maskPasswords) });
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
  { audit, operationId, query }: Route,
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
    // Parameters say what was asked for, and come first: none of them can stand for who asks,
    // and for what. Bodies may hold secrets and stay out.
    meta: {
      ...auditedParameters(search, query),
      ...request.params,
      actionType,
      operationId,
      ...(caller?.isDelegated && { onBehalfOf: caller.actor }),
      ...(caller?.isOwn && { actor: caller.actor, path: request.path }),
    },
  });
}

/** Those that count: one that is ignored, or repeated, tells of nothing that happens. */
function auditedParameters(
  search: URLSearchParams,
  schema: QuerySchema,
): JsonObject {
  return Object.fromEntries(
    Object.entries(givenParameters(search, schema)).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(maskPasswords) : maskPasswords(value),
    ]),
  );
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
    sendJson(response.status(status).set(headers), body).catch(next);
  };
}
