import { Resource } from 'backstage-plugin-kargo-common';
import { WatchEvent } from '../../ports/ResourceStore';

/**
 * Narrows a watch down to what matches: an object that stops matching looks deleted, one
 * that starts looks added.
 *
 * @param isSeeded - the watch starts with everything that exists. One that continues
 *   from a revision does not know what the client holds, so it reports every object that
 *   does not match as deleted, once.
 */
export async function* filterWatch<T extends Resource>(
  events: AsyncIterable<WatchEvent<T>>,
  matches: (resource: T) => boolean,
  isSeeded: boolean,
): AsyncGenerator<WatchEvent<T>> {
  const known = new Map<string, boolean>();
  for await (const event of events) {
    if (event.type === 'BOOKMARK') {
      yield event;
      continue;
    }
    const { name } = event.object.metadata;
    const wasSent = known.get(name) ?? !isSeeded;
    const isSent = event.type !== 'DELETED' && matches(event.object);
    known.set(name, isSent);
    if (isSent) {
      yield { ...event, type: wasSent ? event.type : 'ADDED' };
    } else if (wasSent) {
      yield { ...event, type: 'DELETED' };
    }
    if (event.type === 'DELETED') {
      known.delete(name);
    }
  }
}
