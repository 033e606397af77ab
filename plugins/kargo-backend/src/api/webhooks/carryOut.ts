import { isError } from '@backstage/errors';
import {
  keyOf,
  Promotion,
  ResourceKey,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import {
  PushedArtifacts,
  WebhookActionOutcome,
  WebhookReading,
  WebhookSelection,
} from 'backstage-plugin-kargo-node';
import { SubscribedURLs } from '../../logic/subscribedURLs';
import { pullRequestKey } from '../../logic/webhooks/awaitedPullRequests';
import { decideRefresh, pushedURLs } from '../../logic/webhooks/decideRefresh';
import { requestRefreshes } from '../resources/requestRefresh';
import { ApiServices } from '../server/route';

/** What a request came to: the answer, and what is kept of it. */
export interface WebhookResult {
  status: number;
  body: object;
  outcome: 'Refreshed' | 'Ignored' | 'Refused' | 'Failed';
  /** One sentence for those who may read the configuration. */
  message: string;
}

/** What a webhook can have looked at again. */
type Refreshed = ResourceKey<'Warehouse' | 'Promotion'>;

/** Resources that are written in one transaction. */
const BATCH = 100;

type Services = Pick<ApiServices, 'store' | 'clock' | 'ids' | 'logger'> & {
  subscribedURLs: SubscribedURLs;
};

/**
 * Does what a request says.
 *
 * @param project - all that it may touch; empty for everything
 */
export async function carryOut(
  reading: WebhookReading,
  project: string,
  services: Services,
): Promise<WebhookResult> {
  switch (reading.kind) {
    case 'refused':
      return refused(reading.status, reading.message);
    case 'nothing':
      return {
        status: 200,
        body: reading.message ? { msg: reading.message } : {},
        outcome: 'Ignored',
        message: reading.message ?? 'There is nothing to do for this event',
      };
    case 'pushed':
      return refreshWarehouses(reading.pushes, project, services);
    case 'pullRequestsEnded':
      return wakePromotions(reading.urls, project, services);
    default:
      return act(reading.actions, project, services);
  }
}

/** A request that is not taken. */
export function refused(status: number, message?: string): WebhookResult {
  return {
    status,
    body: message === undefined ? {} : { error: message },
    outcome: 'Refused',
    message: message ?? 'unauthorized',
  };
}

/** A request that is well and cannot be carried out; who sent it is not told why. */
export function failed(message: string): WebhookResult {
  return { status: 500, body: {}, outcome: 'Failed', message };
}

async function refreshWarehouses(
  pushes: readonly PushedArtifacts[],
  project: string,
  services: Services,
): Promise<WebhookResult> {
  const wanted = new Map<string, Refreshed>();
  const broken: string[] = [];
  for (const push of pushes) {
    for (const warehouse of await subscribers(push, project, services)) {
      const { namespace = '', name } = warehouse.metadata;
      const decision = decideRefresh(warehouse.spec.subscriptions, push, {
        subscribedURLs: services.subscribedURLs,
        discovered: warehouse.status?.discoveredArtifacts?.git,
      });
      if (decision.kind === 'refresh') {
        wanted.set(`${namespace}/${name}`, keyOf(warehouse));
      } else if (decision.kind === 'broken') {
        // Of other people's projects nothing is told to those who read the installation's config.
        broken.push(
          project === '' ? '' : `Warehouse '${name}': ${decision.reason}`,
        );
      }
    }
  }
  const result = await refreshAll([...wanted.values()], 'warehouse', services);
  return broken.length === 0
    ? result
    : { ...result, message: [result.message, ...tell(broken)].join('; ') };
}

function tell(broken: string[]): string[] {
  return [
    `${broken.length} could not be judged`,
    ...broken.filter(text => text !== ''),
  ];
}

async function subscribers(
  push: PushedArtifacts,
  project: string,
  { store }: Services,
) {
  const urls = pushedURLs(push);
  if (urls.length === 0) {
    return [];
  }
  const { items } = await store.list('Warehouse', {
    ...(project && { namespace: project }),
    index: { name: 'subscribedURL', value: urls },
  });
  return items;
}

async function wakePromotions(
  urls: readonly string[],
  project: string,
  services: Services,
): Promise<WebhookResult> {
  const { items } = await services.store.list('Promotion', {
    ...(project && { namespace: project }),
    index: { name: 'awaitedPullRequest', value: urls.map(pullRequestKey) },
  });
  return refreshAll(items.map(keyOf), 'promotion', services);
}

async function refreshAll(
  keys: readonly Refreshed[],
  what: 'warehouse' | 'promotion',
  services: Services,
): Promise<WebhookResult> {
  const count = await refreshEach(keys, services);
  return count === keys.length
    ? {
        status: 200,
        body: { msg: `refreshed ${count} ${what}(s)` },
        outcome: count > 0 ? 'Refreshed' : 'Ignored',
        message: `refreshed ${count} ${what}(s)`,
      }
    : failed(
        `failed to refresh ${keys.length - count} of ${keys.length} ${what}s`,
      );
}

/**
 * How many could be refreshed, written in batches; what is gone meanwhile needs it no more.
 */
async function refreshEach(
  keys: readonly Refreshed[],
  services: Services,
): Promise<number> {
  let count = 0;
  for (let at = 0; at < keys.length; at += BATCH) {
    const batch = keys.slice(at, at + BATCH);
    try {
      await requestRefreshes(services, batch);
      count += batch.length;
    } catch (error) {
      // Whichever it was, it keeps none of the others out.
      count +=
        batch.length > 1
          ? await refreshSingly(batch, services)
          : countFailure(batch[0], error, services);
    }
  }
  return count;
}

async function refreshSingly(
  keys: readonly Refreshed[],
  services: Services,
): Promise<number> {
  let count = 0;
  for (const key of keys) {
    count += await refreshEach([key], services);
  }
  return count;
}

function countFailure(
  key: Refreshed,
  error: unknown,
  { logger }: Services,
): 0 | 1 {
  if (isError(error) && error.name === 'NotFoundError') {
    return 1;
  }
  logger.warn('A webhook could not refresh a resource', {
    ...key,
    error: String(error),
  });
  return 0;
}

/** What one action of a generic receiver came to, as whoever sent the request is told. */
interface ActionResult {
  action: 'Refresh';
  matchedWhenExpression: boolean;
  result: 'NotApplicable' | 'Error' | 'Success' | 'PartialSuccess' | 'Failure';
  /** Counts, and no names: who may send need not know what is there. */
  summary: string;
}

async function act(
  actions: readonly WebhookActionOutcome[],
  project: string,
  services: Services,
): Promise<WebhookResult> {
  const results: ActionResult[] = [];
  const told: string[] = [];
  let refreshed = 0;
  for (const [index, action] of actions.entries()) {
    const keys =
      action.kind === 'selected'
        ? await selectAll(action.selections, project, services)
        : [];
    const count = await refreshEach(keys, services);
    const result = resultOf(action, count, keys.length);
    refreshed += count;
    results.push(result);
    told.push(
      `action ${index + 1}: ${
        action.kind === 'error' ? action.problem : result.summary
      }`,
    );
  }
  const isFailure = results.some(({ result }) =>
    ['Error', 'Failure', 'PartialSuccess'].includes(result),
  );
  return {
    status: isFailure ? 500 : 200,
    body: { results },
    outcome: outcomeOf(isFailure, refreshed),
    message: told.join('; ') || 'no actions are configured',
  };
}

function outcomeOf(
  isFailure: boolean,
  refreshed: number,
): WebhookResult['outcome'] {
  if (isFailure) {
    return 'Failed';
  }
  return refreshed > 0 ? 'Refreshed' : 'Ignored';
}

function resultOf(
  action: WebhookActionOutcome,
  count: number,
  wanted: number,
): ActionResult {
  switch (action.kind) {
    case 'notApplicable':
      return {
        action: 'Refresh',
        matchedWhenExpression: false,
        result: 'NotApplicable',
        summary: 'the request does not match',
      };
    case 'error':
      return {
        action: 'Refresh',
        matchedWhenExpression: action.matched ?? false,
        result: 'Error',
        summary: 'an expression of the action could not be evaluated',
      };
    default:
      return {
        action: 'Refresh',
        matchedWhenExpression: true,
        result: verdict(count, wanted),
        summary: `refreshed ${count} of ${wanted} targets`,
      };
  }
}

function verdict(count: number, wanted: number): ActionResult['result'] {
  if (count === wanted) {
    return 'Success';
  }
  return count === 0 ? 'Failure' : 'PartialSuccess';
}

/** What one of several selections holds, each once. */
async function selectAll(
  selections: readonly WebhookSelection[],
  project: string,
  services: Services,
): Promise<Refreshed[]> {
  const found = new Map<string, Refreshed>();
  for (const selection of selections) {
    for (const resource of await select(selection, project, services)) {
      const { namespace = '', name } = resource.metadata;
      found.set(`${resource.kind}/${namespace}/${name}`, keyOf(resource));
    }
  }
  return [...found.values()];
}

async function select(
  { kind, name, labels = [], indexes = [] }: WebhookSelection,
  project: string,
  { store }: Services,
): Promise<Array<Warehouse | Promotion>> {
  const given = {
    ...(project && { namespace: project }),
    ...(name !== undefined && { names: [name] }),
    labels,
  };
  const list =
    kind === 'Warehouse'
      ? await store.list('Warehouse', {
          ...given,
          // The only one by which receivers select; their type refuses others.
          index: indexes.map(({ value, not }) => ({
            name: 'subscribedURL',
            value,
            ...(not && { not }),
          })),
        })
      : await store.list('Promotion', {
          ...given,
          // What has ended never moves again.
          index: { name: 'unfinished', value: '' },
        });
  return list.items;
}
