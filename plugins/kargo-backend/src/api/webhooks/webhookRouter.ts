import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import express, { Request, Response } from 'express';
import Router from 'express-promise-router';
import {
  AnyWebhookReceiverType,
  WebhookRequest,
} from 'backstage-plugin-kargo-node';
import { ForeignInputError } from '../../foreign/ForeignInputError';
import { readJson } from '../../foreign/json';
import { WEBHOOK_LIMITS } from '../../foreign/limits';
import { ThreadsBusyError } from '../../foreign/ThreadsBusyError';
import { SubscribedURLs } from '../../logic/subscribedURLs';
import { toTimestamp } from '../../logic/timestamps';
import { WEBHOOK_BASE_PATH } from '../../logic/webhooks/receiverPath';
import { ServedReceiver } from '../../logic/webhooks/resolveReceiver';
import { isStoreUnavailable } from '../../ports/StoreUnavailableError';
import { ApiServices } from '../server/route';
import { Admittance } from './Admittance';
import { BodyBudget, BodyRoom } from './BodyBudget';
import { carryOut, failed, refused, WebhookResult } from './carryOut';
import { findReceiver, FoundReceiver } from './findReceiver';
import { announcedLength, receiveBody } from './receiveBody';

/** When to come again who found no room; what there is goes by in moments. */
const BODY_WAIT_SECONDS = 1;
/** When to come again whose body is here, and no thread had time to read it. */
const THREAD_WAIT_SECONDS = 5;

/** When to come again while the database is away. */
const STORE_WAIT_SECONDS = 5;

/** Of what GitHub sends unless it is told otherwise. */
const FORM =
  'it is a form; have the sender send JSON (content type application/json)';

/** What requests pass before they are read. Of this replica alone. */
interface Gate {
  admittance: Admittance;
  bodies: BodyBudget;
}

/** What webhooks are served with. */
export interface WebhookRouterOptions
  extends Pick<ApiServices, 'store' | 'clock' | 'ids' | 'webhookDeliveries'> {
  logger: LoggerService;
  receiverTypes: ReadonlyMap<string, AnyWebhookReceiverType>;
  subscribedURLs: SubscribedURLs;
}

/** What a path looks like; nothing else is looked up. */
const PATH = /^\/[a-z][\w-]{0,62}\/[0-9a-f]{64}$/;
/** Characters of a text from outside that are kept of it. */
const MAX_EVENT_LENGTH = 100;
const MAX_MESSAGE_LENGTH = 1000;

/**
 * Serves webhook receivers, the only routes that ask nobody who they are.
 *
 * @remarks
 * A receiver is known by its path, which holds a hash of its secret; for some types that is
 * all that authenticates. So paths are never logged, and whoever guesses learns nothing: every
 * path that leads nowhere answers the same.
 */
export function createWebhookRouter(
  options: WebhookRouterOptions,
): express.Router {
  const gate: Gate = {
    admittance: new Admittance(options.clock),
    bodies: new BodyBudget(options.clock),
  };
  const router = Router();
  router.use(async (request, response) => {
    hideAddress(request);
    if (request.method !== 'POST') {
      response.status(405).set('Allow', 'POST').json({});
      return;
    }
    try {
      await serve(request, response, gate, options);
    } catch (error) {
      options.logger.error('A webhook failed', toError(error));
      if (isStoreUnavailable(error)) {
        response.set('Retry-After', String(STORE_WAIT_SECONDS));
      }
      response.status(isStoreUnavailable(error) ? 503 : 500).json({});
    }
  });
  return router;
}

/** The portal logs the address of each request when its answer has been sent. */
function hideAddress(request: Request): void {
  request.originalUrl = `${request.baseUrl}/…`;
}

async function serve(
  request: Request,
  response: Response,
  gate: Gate,
  options: WebhookRouterOptions,
): Promise<void> {
  const path = WEBHOOK_BASE_PATH + request.path;
  if (!PATH.test(request.path)) {
    response.status(404).json({});
    return;
  }
  const { admittance } = gate;
  const arrival = { path, source: request.ip ?? '' };
  let waitSeconds = admittance.take(arrival);
  if (waitSeconds > 0) {
    refuseTooMany(response, 429, waitSeconds);
    return;
  }
  const { store, receiverTypes } = options;
  const found = await findReceiver(store, receiverTypes, path);
  waitSeconds = admittance.found(arrival, found && receiverKey(found));
  if (!found) {
    response.status(404).json({});
    return;
  }
  if (waitSeconds > 0) {
    refuseTooMany(response, 429, waitSeconds);
    return;
  }
  const room = gate.bodies.take(receiverKey(found), announcedLength(request));
  if (!room) {
    refuseTooMany(response, 503, BODY_WAIT_SECONDS);
    return;
  }
  try {
    const received = await receive(found, request, response, {
      ...options,
      room,
      accept: () => admittance.accepted(arrival, receiverKey(found)),
    });
    if ('waitSeconds' in received) {
      refuseTooMany(response, 429, received.waitSeconds);
      return;
    }
    await record(found, received.result, received.event, options);
    response.status(received.result.status).json(received.result.body);
  } catch (error) {
    if (!(error instanceof ThreadsBusyError)) {
      throw error;
    }
    refuseTooMany(response, 503, THREAD_WAIT_SECONDS);
  } finally {
    room.giveBack();
  }
}

function receiverKey({ project, name }: FoundReceiver): string {
  return `${project}/${name}`;
}

/** Not kept: whoever sends too much would have it written down. */
function refuseTooMany(
  response: Response,
  status: 429 | 503,
  waitSeconds: number,
): void {
  response
    .status(status)
    // What is still to come of the body is not read.
    .set('Connection', 'close')
    .set('Retry-After', String(waitSeconds))
    .json({ error: 'too many requests' });
}

/** What a request came to, and what it said that happened. */
interface Received {
  result: WebhookResult;
  event: string;
}

interface ReceiveOptions extends WebhookRouterOptions {
  room: BodyRoom;
  /** Tells that the sender is known; answers seconds until the receiver takes the request. */
  accept: () => number;
}

async function receive(
  { served, project }: FoundReceiver,
  request: Request,
  response: Response,
  options: ReceiveOptions,
): Promise<Received | { waitSeconds: number }> {
  if ('problem' in served) {
    return { result: failed(served.problem), event: '' };
  }
  const { room, clock } = options;
  const bytes = await receiveBody(request, response, room, clock);
  if ('outcome' in bytes) {
    return { result: bytes, event: '' };
  }
  const webhook = toWebhookRequest(request, bytes);
  const refusal =
    served.type.screen?.(webhook) ??
    served.type.authenticate?.(webhook, served.secret);
  if (refusal) {
    return {
      result: refused(refusal.status, refusal.message),
      event: served.type.event(webhook, undefined),
    };
  }
  const waitSeconds = options.accept();
  return waitSeconds > 0
    ? { waitSeconds }
    : readAndCarryOut(served, webhook, project, options);
}

async function readAndCarryOut(
  { type, config }: ServedReceiver,
  webhook: WebhookRequest,
  project: string,
  options: WebhookRouterOptions,
): Promise<Received> {
  try {
    const body =
      webhook.body.length === 0
        ? undefined
        : await readJson(webhook.body, WEBHOOK_LIMITS);
    const reading = type.read(webhook, body, config as never);
    return {
      result: await carryOut(reading, project, options),
      event: type.event(webhook, body),
    };
  } catch (error) {
    if (!(error instanceof ForeignInputError)) {
      throw error;
    }
    return {
      result: isForm(webhook)
        ? refused(400, `invalid request body: ${FORM}`)
        : {
            ...refused(400, 'invalid request body'),
            message: `invalid request body: ${error.message}`,
          },
      event: type.event(webhook, undefined),
    };
  }
}

function isForm(webhook: WebhookRequest): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(
    webhook.header('content-type'),
  );
}

function toWebhookRequest(request: Request, body: Uint8Array): WebhookRequest {
  const query = new URL(request.url, 'http://kargo.invalid').searchParams;
  const sent = readHeaders(request);
  const headers = (name: string) => sent.get(name.toLowerCase()) ?? [];
  return {
    header: name => headers(name)[0] ?? '',
    headers,
    param: name => query.get(name) ?? '',
    body,
  };
}

/**
 * The values of each header, by its name in lower case.
 *
 * @remarks A map, since objects have names by themselves, such as `constructor`.
 */
function readHeaders({ rawHeaders }: Request): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at].toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[at + 1]]);
  }
  return headers;
}

/** A log that cannot be written to is no reason to have the sender try again. */
async function record(
  { name, type, project }: FoundReceiver,
  { status, outcome, message }: WebhookResult,
  event: string,
  { webhookDeliveries, clock, logger }: WebhookRouterOptions,
): Promise<void> {
  try {
    await webhookDeliveries.record(project, {
      receiver: name,
      type,
      at: toTimestamp(clock.now()),
      event: plainText(event, MAX_EVENT_LENGTH),
      status,
      outcome,
      message: plainText(message, MAX_MESSAGE_LENGTH),
    });
  } catch (error) {
    logger.warn('A delivery of a webhook could not be recorded', {
      receiver: name,
      project,
      error: String(error),
    });
  }
}

function plainText(text: string, length: number): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, ' ').slice(0, length);
}
