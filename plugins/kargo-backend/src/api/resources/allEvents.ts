import { KargoEvent } from 'backstage-plugin-kargo-common';
import { Clock } from '../../ports/Clock';
import { IndexedStore } from '../../ports/ResourceIndex';
import { ResourceList, WatchEvent } from '../../ports/ResourceStore';
import { Access } from '../server/Access';
import { PAGE_SIZE } from '../server/answers';
import { WatchQuery } from '../server/parseQuery';
import { Answer } from '../server/route';
import { RECHECK_MS } from '../server/whileAllowed';
import { ReadableProjects } from './ReadableProjects';

/** Most that are looked at for what the caller may read. */
const MOST_READ = 5_000;

/** So long after the last frame a client is told where to go on, if there is nothing else to tell. */
const BOOKMARK_AFTER_MS = 5_000;

/** Where events are read, and for whom. */
interface EventSources {
  store: IndexedStore;
  access: Access;
  clock: Clock;
}

/** Projects of which the caller would be told the events, each asked for alone. */
function readableProjects({ store, access }: EventSources): ReadableProjects {
  return ReadableProjects.create({ store, access, toldBy: 'listEvents' });
}

/** The newest events of all projects whose events the caller may read. */
export async function newestEvents(
  sources: EventSources,
  newest: number | undefined,
): Promise<ResourceList<KargoEvent>> {
  const most = Math.min(newest || PAGE_SIZE, PAGE_SIZE);
  const readable = readableProjects(sources);
  const items: KargoEvent[] = [];
  let resourceVersion: string | undefined;
  let cursor: string | undefined;
  let left = MOST_READ;
  do {
    const page: ResourceList<KargoEvent> = await sources.store.list('Event', {
      ...{ orderBy: 'lastTimestamp', descending: true },
      // Then whole pages, however few are asked for: most may be of projects that are not read.
      limit: Math.min(cursor === undefined ? most : PAGE_SIZE, left),
      ...(cursor !== undefined && { cursor }),
    });
    items.push(...(await readable.pick(page.items, projectOf)));
    // Of the first page: whoever watches from there misses nothing.
    resourceVersion ??= page.resourceVersion;
    cursor = page.nextCursor;
    left -= page.items.length;
  } while (items.length < most && cursor !== undefined && left > 0);
  return { items: items.slice(0, most), resourceVersion };
}

/**
 * Streams events of all projects whose events the caller may read.
 *
 * @remarks It ends as soon as other streams ask again whether the caller may see them: whoever
 * opens it from the last frame is asked then. Bookmarks lead past what others did: otherwise the
 * history would not reach back to the last frame of whoever reads little.
 */
export function watchAllEvents(
  sources: EventSources,
  { resourceVersion }: WatchQuery,
): Answer<never> {
  const { store, clock } = sources;
  return {
    revisions: true,
    watch: async function* readableEvents(signal) {
      const ended = new AbortController();
      const due = new AbortController();
      clock.sleep(RECHECK_MS, AbortSignal.any([signal, ended.signal])).then(
        () => due.abort(),
        // Whoever watched has gone.
        () => undefined,
      );
      const readable = readableProjects(sources);
      const isReadable = async (event: WatchEvent<KargoEvent>) =>
        event.type === 'BOOKMARK' ||
        (await readable.pick([event.object], projectOf)).length > 0;
      try {
        const events = store.watch('Event', {
          signal: AbortSignal.any([signal, due.signal]),
          ...(resourceVersion !== undefined && { resourceVersion }),
        });
        let sentAt = clock.monotonic();
        for await (const event of events) {
          const isTold = await isReadable(event);
          if (isTold || clock.monotonic() - sentAt >= BOOKMARK_AFTER_MS) {
            const { resourceVersion: reached } = event;
            sentAt = clock.monotonic();
            yield isTold
              ? event
              : { type: 'BOOKMARK', resourceVersion: reached };
          }
        }
      } finally {
        ended.abort();
      }
    },
  };
}

function projectOf({ metadata }: KargoEvent): string {
  return metadata.namespace ?? '';
}
