import { IndexSelection } from '../../../ports/ResourceIndex';
import { WatchEvent, WatchOptions } from '../../../ports/ResourceStore';
import { ChangeBatch, ChangeFeed } from '../ChangeFeed';
import { Change } from '../Change';
import { StoredResource, toNumber } from '../conversion';
import { LITERALLY } from '../dialect';
import { Follower, Interest } from '../Follower';
import { Filter, matchesFilter, toFilter } from '../filter';
import { StoreContext } from '../StoreContext';
import { DatabaseInteger } from '../tables';
import { inTurn } from '../turns';
import { listResources } from './listResources';

const RESOURCES_PER_PAGE = 100;

interface Watch {
  ctx: StoreContext;
  interest: Interest;
  filter: Filter;
  signal: AbortSignal;
}

/**
 * Follows the changes of a kind until the signal fires.
 *
 * @remarks A watch holds one batch of changes and a revision, however far behind its
 * reader is. A reader that falls behind the kept history gets a GoneError.
 */
export async function* watchResources(
  ctx: StoreContext,
  kind: string,
  options: WatchOptions & IndexSelection,
): AsyncGenerator<WatchEvent<StoredResource>> {
  const { signal, resourceVersion } = options;
  const filter = toFilter(kind, options, ctx.rules);
  const { namespace, names } = options;
  const interest = { kind, namespace, names };
  const watch: Watch = { ctx, interest, filter, signal };
  // Kubernetes clients ask for "0" when any state will do as the beginning.
  const start =
    resourceVersion === undefined || resourceVersion === '0'
      ? yield* sendExisting(watch, options)
      : ChangeFeed.parseRevision(resourceVersion);
  yield* sendChanges(watch, start);
}

/**
 * Sends an ADDED for everything that exists; returns the revision to go on from.
 *
 * @remarks
 * Every page is exact at its own revision. So before a page is sent, the changes since
 * the page before are sent for the keys already covered; the keys behind them need no
 * change, as their page will show them. In the end everything is exact at the revision
 * of the last page, with one page in memory.
 */
async function* sendExisting(
  watch: Watch,
  options: WatchOptions & IndexSelection,
): AsyncGenerator<WatchEvent<StoredResource>, number> {
  const { ctx, interest, signal } = watch;
  const { namespace, names, labels, index } = options;
  let cursor: string | undefined;
  let revision: number | undefined;
  let covered: StoredResource | undefined;
  do {
    const pageOptions = {
      ...{ namespace, names, labels, index, cursor },
      limit: RESOURCES_PER_PAGE,
    };
    const page = await inTurn(ctx.knex, () =>
      listResources(ctx, interest.kind, pageOptions),
    );
    const pageRevision = ChangeFeed.parseRevision(page.resourceVersion);
    if (revision !== undefined && covered) {
      const span = { after: revision, through: pageRevision };
      yield* sendCovered(watch, span, covered);
    }
    for (const object of page.items) {
      if (signal.aborted) {
        return pageRevision;
      }
      const { resourceVersion } = object.metadata;
      yield { type: 'ADDED', object, resourceVersion };
    }
    revision = pageRevision;
    covered = page.items[page.items.length - 1] ?? covered;
    cursor = page.nextCursor;
  } while (cursor !== undefined && !signal.aborted);
  return revision;
}

/** Sends the changes of a span of revisions for keys up to the last one covered. */
async function* sendCovered(
  watch: Watch,
  span: { after: number; through: number },
  covered: StoredResource,
): AsyncGenerator<WatchEvent<StoredResource>> {
  const { ctx, interest, filter } = watch;
  let { after } = span;
  while (after < span.through) {
    const { through } = span;
    const batch = await ctx.feed.readBetween(interest, { after, through });
    for (const change of batch.changes) {
      const event = isCovered(change.key, covered) && toEvent(change, filter);
      if (event) {
        yield event;
      }
    }
    after = batch.through;
  }
}

/** Whether a key comes no later than a resource in the order of lists by name. */
function isCovered(
  key: { name: string; namespace: string },
  { metadata }: StoredResource,
): boolean {
  return key.name === metadata.name
    ? key.namespace <= (metadata.namespace ?? '')
    : key.name < metadata.name;
}

async function* sendChanges(
  watch: Watch,
  start: number,
): AsyncGenerator<WatchEvent<StoredResource>> {
  const { ctx, interest, signal } = watch;
  const { feed, clock, bookmarkAfterMs } = ctx;
  const follower = await feed.follow(interest, start);
  try {
    let after = await skipUnchanged(watch, start);
    let sentAt = clock.monotonic();
    while (!signal.aborted) {
      const { changes, through } = await takeNext(watch, follower, after);
      for (const change of changes) {
        const event = toEvent(change, watch.filter);
        if (event && !signal.aborted) {
          yield event;
          sentAt = clock.monotonic();
        }
      }
      after = Math.max(after, through);
      const quietMs = clock.monotonic() - sentAt;
      if (quietMs >= bookmarkAfterMs && !signal.aborted) {
        yield { type: 'BOOKMARK', resourceVersion: String(after) };
        sentAt = clock.monotonic();
      } else if (changes.length === 0) {
        const milliseconds = bookmarkAfterMs - quietMs;
        await follower.wait(clock, { milliseconds, signal, after });
      }
    }
  } finally {
    follower.close();
  }
}

/** What to send next: from the table as long as it is behind, then what waits for it. */
async function takeNext(
  { ctx, interest }: Watch,
  follower: Follower,
  after: number,
): Promise<ChangeBatch> {
  const { feed } = ctx;
  const { liveFrom } = follower;
  return after < liveFrom
    ? feed.readBetween(interest, { after, through: liveFrom })
    : { changes: follower.take(), through: feed.head };
}

/**
 * The revision from which a watch of one object need look: where the object has not
 * changed since, that is the newest one.
 *
 * @remarks So an object that nobody has touched for long can be watched from its own
 * revision, though the history no longer reaches back to it.
 */
async function skipUnchanged(
  { ctx, interest }: Watch,
  after: number,
): Promise<number> {
  const { kind, namespace, names } = interest;
  if (
    namespace === undefined ||
    names?.length !== 1 ||
    after >= ctx.feed.head
  ) {
    return after;
  }
  const row: { value: DatabaseInteger; revision: DatabaseInteger | null } =
    await inTurn(ctx.knex, async () =>
      ctx.knex
        .from({ v: 'store_revision' })
        .leftJoin({ r: 'resources' }, join =>
          join
            .on('r.kind', ctx.knex.raw('?', [kind]))
            .on('r.namespace', ctx.knex.raw('?', [namespace]))
            .on('r.name', ctx.knex.raw('?', [names[0]])),
        )
        .whereRaw('v.id = 1')
        .first({ value: 'v.value', revision: 'r.revision' })
        .limit(1, LITERALLY),
    );
  const isUnchanged = row.revision !== null && toNumber(row.revision) <= after;
  return isUnchanged ? toNumber(row.value) : after;
}

/**
 * The event that a filtered watch sends for a change: an object that stops to match
 * looks deleted, one that starts to match looks new.
 */
function toEvent(
  change: Change,
  filter: Filter,
): WatchEvent<StoredResource> | undefined {
  const { key, terms } = change;
  const matched = matchesFilter(filter, key, terms.before);
  const matches = matchesFilter(filter, key, terms.after);
  if (!matched && !matches) {
    return undefined;
  }
  return {
    type: eventType(matched, matches),
    object: change.resource,
    resourceVersion: String(change.revision),
  };
}

function eventType(matched: boolean, matches: boolean) {
  if (!matches) {
    return 'DELETED';
  }
  return matched ? 'MODIFIED' : 'ADDED';
}
