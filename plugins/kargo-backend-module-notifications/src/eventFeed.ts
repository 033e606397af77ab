import {
  isOutOfRangeError,
  KargoApi,
  KargoEvent,
} from 'backstage-plugin-kargo-common';
import { setTimeout as sleep } from 'node:timers/promises';

/** As many are told of, the newest, when Kargo's history does not reach back far enough. */
const MOST_MISSED = 500;
/** Between two streams. */
const REOPEN_MS = 1_000;

/**
 * What happens in Kargo after a revision, in its order, each once, until the signal fires.
 *
 * @throws whatever keeps Kargo from being read now
 */
export async function* eventsAfter(
  kargo: KargoApi,
  revision: string,
  signal: AbortSignal,
): AsyncGenerator<KargoEvent> {
  let after = revision;
  for (;;) {
    try {
      const changes = kargo.watchEvents({ resourceVersion: after }, { signal });
      for await (const change of changes) {
        after = change.resourceVersion;
        // Old ones are deleted.
        if (change.type === 'ADDED') {
          yield change.object;
        }
      }
    } catch (error) {
      if (!isOutOfRangeError(error)) {
        throw error;
      }
      const missed = await missedAfter(kargo, after, signal);
      yield* missed.events;
      after = missed.revision;
    }
    await sleep(REOPEN_MS, undefined, { signal });
  }
}

/** The newest of what happened after a revision, and how far that reaches. */
async function missedAfter(
  kargo: KargoApi,
  revision: string,
  signal: AbortSignal,
): Promise<{ events: KargoEvent[]; revision: string }> {
  const { items, metadata } = await kargo.listAllEvents(
    { newest: MOST_MISSED },
    { signal },
  );
  return {
    events: items
      .filter(event => isAfter(event.metadata.resourceVersion, revision))
      .sort(byRevision),
    revision: metadata.resourceVersion,
  };
}

function byRevision(one: KargoEvent, other: KargoEvent): number {
  return isAfter(one.metadata.resourceVersion, other.metadata.resourceVersion)
    ? 1
    : -1;
}

/** Events are never changed, so the later revision was recorded later. */
function isAfter(revision: string, other: string): boolean {
  return BigInt(revision) > BigInt(other);
}
