import { NotFoundError, toError } from '@backstage/errors';
import {
  Ask,
  Resource,
  RESOURCE_VERSION_HEADER,
} from 'backstage-plugin-kargo-common';
import { Response } from 'express';
import { WatchEvent } from '../../ports/ResourceStore';
import { ROUTES } from '../routes';
import { Caller } from './Caller';
import { findWatchRoute } from './findWatchRoute';
import { parseQuery } from './parseQuery';
import { checkPathParts, readSearch } from './readAddress';
import { RequestReads } from './RequestReads';
import { resolveSubject } from './resolveSubject';
import { Answer, ApiRequest } from './route';
import { RouterContext } from './RouterContext';
import { sendJson } from './sendJson';
import { sendGroups, sendPages } from './sendPages';
import {
  StreamOptions,
  streamChanges,
  streamRevisions,
  streamTexts,
  streamWatches,
} from './streamChanges';
import { untilRevoked } from './untilRevoked';
import { whileAllowed } from './whileAllowed';

/** Longest time a stream lives, so that a permission that was taken away ends it too. */
const MAX_STREAM_MS = 3_600_000;

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

/** Sends an answer, or streams it for as long as the caller may see it. */
export async function respond(
  answer: Answer,
  { caller, renew, recheck, response, context }: Sending,
): Promise<void> {
  const stream = (send: (options: StreamOptions) => Promise<void>) =>
    untilRevoked(caller, streamSignal(caller, context), signal =>
      send(streamOptions(signal, context)),
    );
  if ('watch' in answer) {
    const watch = whileAllowed(answer.watch, recheck, context.clock);
    const send = answer.revisions ? streamRevisions : streamChanges;
    await stream(options => send(response, watch, options));
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
    await sendJson(response.status(answer.status), answer.body);
  }
}

/** Opens the watch of a route as its own request would, permission included. */
async function* openWatch(
  path: string,
  signal: AbortSignal,
  { caller, renew, context }: Pick<Sending, 'caller' | 'renew' | 'context'>,
): AsyncGenerator<WatchEvent<Resource>> {
  const pathname = URL.parse(path, 'http://kargo.invalid')?.pathname;
  const search = readSearch(path);
  const match = pathname && findWatchRoute(ROUTES, pathname);
  if (!match) {
    throw new NotFoundError(`There is nothing to watch at ${pathname ?? path}`);
  }
  const { route, params } = match;
  checkPathParts(params);
  search.set('watch', 'true');
  const reads = RequestReads.of(context.store);
  const subject = await resolveSubject(route, {
    ...{ params, search, caller, reads },
  });
  const answer = await route.handle(
    {
      ...subject,
      params,
      query: parseQuery(search, route.query),
      body: undefined,
      reads,
      signal,
    } as ApiRequest<Ask['scope'], unknown, unknown>,
    context,
  );
  if ('watch' in answer) {
    const recheck = async () => {
      await resolveSubject(route, {
        ...{ params, search, caller: await renew() },
        reads: RequestReads.of(context.store),
      });
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
