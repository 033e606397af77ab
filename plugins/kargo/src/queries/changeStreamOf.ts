import { KargoApi } from 'backstage-plugin-kargo-common';
import { ChangeStream } from './ChangeStream';

/** One stream for all that one page shows; pages of one portal share the API object. */
const streams = new WeakMap<KargoApi, ChangeStream>();

/** The stream of changes of an API. */
export function changeStreamOf(api: KargoApi): ChangeStream {
  const known = streams.get(api);
  if (known) {
    return known;
  }
  const created = ChangeStream.create({
    watchMany: (watches, options) => api.watchMany(watches, options),
    now: () => performance.now(),
    delay: waitFor,
    random: Math.random,
  });
  streams.set(api, created);
  return created;
}

async function waitFor(
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) {
    return;
  }
  await new Promise<void>(resolve => {
    const timer = setTimeout(end, milliseconds);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    signal.addEventListener('abort', end);
  });
}
