import { IndexSelection } from '../../../ports/ResourceIndex';
import { WatchEvent, WatchOptions } from '../../../ports/ResourceStore';
import { ChangeFeed } from '../ChangeFeed';
import { StoredResource, toNumber, toResource } from '../conversion';
import { Filter, matchesFilter, toFilter } from '../filter';
import { StoreContext } from '../StoreContext';
import { ChangeRow } from '../tables';
import { listResources } from './listResources';

const CHANGES_PER_READ = 100;
const RESOURCES_PER_PAGE = 100;

interface Watch {
  ctx: StoreContext;
  kind: string;
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
  const watch: Watch = { ctx, kind, filter, signal };
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
  const { ctx, kind, signal } = watch;
  const { namespace, names, labels, index } = options;
  let cursor: string | undefined;
  let revision: number | undefined;
  let covered: StoredResource | undefined;
  do {
    const page = await listResources(ctx, kind, {
      ...{ namespace, names, labels, index, cursor },
      limit: RESOURCES_PER_PAGE,
    });
    const pageRevision = Number(page.resourceVersion);
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
  const { ctx, kind, filter } = watch;
  let { after } = span;
  while (after < span.through) {
    const batch = await ctx.feed.readBetween({
      ...{ kind, after, through: span.through },
      limit: CHANGES_PER_READ,
    });
    for (const row of batch.rows) {
      const event = isCovered(row, covered) && toEvent(row, filter, ctx);
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
  const { ctx, kind, filter, signal } = watch;
  let after = start;
  let sentAt = ctx.clock.now();
  while (!signal.aborted) {
    const batch = await ctx.feed.read({ kind, after, limit: CHANGES_PER_READ });
    for (const row of batch.rows) {
      const event = toEvent(row, filter, ctx);
      if (event && !signal.aborted) {
        yield event;
        sentAt = ctx.clock.now();
      }
    }
    after = batch.through;
    if (ctx.clock.now() - sentAt >= ctx.bookmarkAfterMs && !signal.aborted) {
      yield { type: 'BOOKMARK', resourceVersion: String(after) };
      sentAt = ctx.clock.now();
    }
    if (batch.isAtHead) {
      await ctx.feed.wait(after, signal);
    }
  }
}

/**
 * The event that a filtered watch sends for a change: an object that stops to match
 * looks deleted, one that starts to match looks new.
 */
function toEvent(
  row: ChangeRow,
  filter: Filter,
  ctx: StoreContext,
): WatchEvent<StoredResource> | undefined {
  const matched = matchesFilter(filter, row, parseTerms(row.terms_before));
  const matches = matchesFilter(filter, row, parseTerms(row.terms_after));
  if (!matched && !matches) {
    return undefined;
  }
  return {
    type: eventType(matched, matches),
    object: toResource(row, ctx.secrets),
    resourceVersion: String(toNumber(row.revision)),
  };
}

function eventType(matched: boolean, matches: boolean) {
  if (!matches) {
    return 'DELETED';
  }
  return matched ? 'MODIFIED' : 'ADDED';
}

function parseTerms(text: string | null) {
  return text === null ? undefined : JSON.parse(text);
}
