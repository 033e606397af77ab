import {
  KargoRequestError,
  WatchEvent,
  WatchOptions,
} from 'backstage-plugin-kargo-common';
import { followChanges, LiveState, reconnectDelay } from './followChanges';

type Stream = (options: WatchOptions) => AsyncIterable<WatchEvent<string>>;

/** Plays streams one after the other; the last one ends the run. */
async function follow(streams: Stream[]) {
  const stop = new AbortController();
  const log: string[] = [];
  const states: LiveState[] = [];
  const delays: number[] = [];
  let next = 0;
  await followChanges<string>({
    signal: stop.signal,
    watch: options => {
      const stream = streams[next];
      next += 1;
      return stream(options);
    },
    relist: async () => log.push('relist'),
    onEvents: events => log.push(events.map(event => event.object).join()),
    onState: state => states.push(state),
    delay: async milliseconds => {
      delays.push(milliseconds);
      if (next >= streams.length) {
        stop.abort();
      }
    },
    random: () => 1,
  });
  return { log, states, delays, opened: next };
}

async function* opens(options: WatchOptions, ...objects: string[]) {
  options.onOpen?.();
  for (const object of objects) {
    yield { type: 'MODIFIED' as const, object };
  }
}

function fails(error: Error): Stream {
  return async function* failing() {
    yield* [] as Array<WatchEvent<string>>;
    throw error;
  };
}

describe('followChanges', () => {
  it('hands over a burst of changes as one batch', async () => {
    const { log, states } = await follow([o => opens(o, 'a', 'b')]);
    expect(log).toEqual(['a,b']);
    expect(states[0]).toBe('live');
  });

  it('opens a stream again that ended cleanly', async () => {
    const { opened, states } = await follow([
      o => opens(o, 'a'),
      o => opens(o, 'b'),
    ]);
    expect(opened).toBe(2);
    expect(states).toEqual(['live', 'reconnecting', 'live', 'reconnecting']);
  });

  it('waits longer after each failure, and starts over once it is open', async () => {
    const broken = fails(new Error('network'));
    const { delays } = await follow([
      broken,
      broken,
      broken,
      o => opens(o),
      broken,
    ]);
    // The stream that opened and ended counts as a first failure again.
    expect(delays).toEqual([1000, 2000, 4000, 1000, 2000]);
  });

  it('says that it polls when streams keep failing', async () => {
    const { states } = await follow(Array(5).fill(fails(new Error('network'))));
    expect(states).toEqual([
      'reconnecting',
      'reconnecting',
      'reconnecting',
      'polling',
      'polling',
    ]);
  });

  it('lists again when its starting point is too old', async () => {
    const { log } = await follow([
      fails(new KargoRequestError(0, 'too old', 'out_of_range')),
      o => opens(o, 'a'),
    ]);
    expect(log).toEqual(['relist', 'a']);
  });

  it('leaves streaming alone when the server refuses it', async () => {
    const { states, opened } = await follow([
      fails(new KargoRequestError(403, 'no')),
      o => opens(o),
    ]);
    expect(states).toEqual(['polling']);
    expect(opened).toBe(1);
  });
});

describe('reconnectDelay', () => {
  it.each([
    [1, 0, 500],
    [1, 1, 1000],
    [4, 1, 8000],
    [20, 1, 30_000],
  ])('attempt %s with chance %s waits %s ms', (attempt, random, expected) => {
    expect(reconnectDelay(attempt, random)).toBe(expected);
  });
});
