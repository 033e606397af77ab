import {
  KargoApi,
  KargoRequestError,
  NamedWatches,
  NamedWatchEvent,
  WatchOptions,
} from 'backstage-plugin-kargo-common';
import { aStage } from '../../dev/testing/builders';
import {
  BATCH_MS,
  BUSY_MS,
  ChangeStream,
  LiveState,
  reconnectDelay,
  REFUSED_MS,
  SILENCE_MS,
  STEADY_MS,
} from './ChangeStream';

/** A clock that stands still until it is told. */
class HandClock {
  private time = 0;
  private readonly sleepers = new Set<{ at: number; wake: () => void }>();

  readonly now = () => this.time;

  readonly delay = (milliseconds: number, signal: AbortSignal) =>
    new Promise<void>(resolve => {
      const sleeper = { at: this.time + milliseconds, wake: resolve };
      this.sleepers.add(sleeper);
      const end = () => {
        this.sleepers.delete(sleeper);
        resolve();
      };
      sleeper.wake = end;
      signal.addEventListener('abort', end, { once: true });
    });

  /** Lets time pass from sleeper to sleeper, and all that follows from it happen. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.time + milliseconds;
    for (;;) {
      await settle();
      const [next] = [...this.sleepers].sort((a, b) => a.at - b.at);
      if (!next || next.at > until) {
        break;
      }
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
    this.time = until;
    await settle();
  }
}

/** Until nothing is left to happen by itself. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
  }
}

/** A stream that a test plays: it says what arrives, and when it ends. */
class FakeStream {
  private readonly queue: Array<() => NamedWatchEvent | undefined> = [];
  private wake: () => void = () => undefined;
  options: WatchOptions = {};

  constructor(readonly watches: NamedWatches) {}

  /** What is watched, as `kind@version`. */
  get requests(): string[] {
    return Object.values(this.watches).map(
      ({ kind, resourceVersion }) => `${kind}@${resourceVersion ?? ''}`,
    );
  }

  async *open(options: WatchOptions): AsyncGenerator<NamedWatchEvent> {
    this.options = options;
    options.onOpen?.();
    options.signal?.addEventListener('abort', () =>
      this.play(() => {
        throw new DOMException('aborted', 'AbortError');
      }),
    );
    for (;;) {
      for (let step = this.queue.shift(); step; step = this.queue.shift()) {
        const event = step();
        if (!event) return;
        yield event;
      }
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    }
  }

  keepAlive() {
    this.options.onActivity?.();
  }

  change(name: string, index = 0) {
    const object = aStage(name);
    this.tell(index, id => ({
      type: 'MODIFIED',
      id,
      object,
      resourceVersion: name,
    }));
  }

  failOne(error: KargoRequestError, index = 0) {
    this.tell(index, id => ({ type: 'ERROR', id, error }));
  }

  end() {
    this.play(() => undefined);
  }

  fail(error: Error) {
    this.play(() => {
      throw error;
    });
  }

  private tell(index: number, event: (id: string) => NamedWatchEvent) {
    this.options.onActivity?.();
    const id = Object.keys(this.watches)[index];
    this.play(() => event(id));
  }

  private play(step: () => NamedWatchEvent | undefined) {
    this.queue.push(step);
    this.wake();
  }
}

/** A page with one subscriber, `stages`, whose streams open one after the other. */
async function startFollowing(
  prepare?: (stream: FakeStream, index: number) => void,
) {
  const clock = new HandClock();
  const streams: FakeStream[] = [];
  const openedAt: number[] = [];
  const openWatches = (
    watches: NamedWatches,
    options: WatchOptions = {},
  ): AsyncIterable<NamedWatchEvent> => {
    const stream = new FakeStream(watches);
    streams.push(stream);
    openedAt.push(clock.now() - BATCH_MS);
    prepare?.(stream, streams.length - 1);
    return stream.open(options);
  };
  const page = ChangeStream.create({
    watchMany: openWatches as KargoApi['watchMany'],
    now: clock.now,
    delay: clock.delay,
    random: () => 1,
  });
  const log: string[] = [];
  const join = (kind: 'stages' | 'warehouses' | 'freight' = 'stages') => {
    const states: LiveState[] = [];
    let version = 'v0';
    const leave = page.subscribe({
      request: () => ({ project: 'shop', kind, resourceVersion: version }),
      relist: async () => log.push(`relist ${kind}`),
      onChanges: changes => {
        version = changes[changes.length - 1].resourceVersion;
        log.push(changes.map(change => change.resourceVersion).join());
      },
      onState: state =>
        states[states.length - 1] === state || states.push(state),
    });
    return { states, leave };
  };
  const { states, leave } = join();
  const stream = () => streams[streams.length - 1];
  await clock.advance(BATCH_MS);
  return { clock, stream, streams, states, log, openedAt, join, leave };
}

/** Times of attempts with these pauses in seconds; each is preceded by a blink. */
const after = (...pauses: number[]) =>
  pauses.map((_, i) =>
    pauses
      .slice(0, i + 1)
      .reduce((sum, pause) => sum + pause * 1_000, i * BATCH_MS),
  );

describe('ChangeStream', () => {
  it('hands over a burst of changes as one batch', async () => {
    const { clock, stream, log, leave } = await startFollowing();
    stream().change('a');
    stream().change('b');
    stream().end();
    await clock.advance(0);
    expect(log).toEqual(['a,b']);
    leave();
  });

  it('hands over what comes after a quiet while at once, and what keeps coming less often', async () => {
    const { clock, stream, log, leave } = await startFollowing();
    stream().change('first');
    await clock.advance(BATCH_MS);
    expect(log).toEqual(['first']);
    stream().change('a');
    await clock.advance(BATCH_MS);
    stream().change('b');
    await clock.advance(BUSY_MS - BATCH_MS - 1);
    expect(log).toEqual(['first']);
    await clock.advance(1);
    expect(log).toEqual(['first', 'a,b']);
    await clock.advance(BUSY_MS);
    stream().change('later');
    await clock.advance(BATCH_MS);
    expect(log).toEqual(['first', 'a,b', 'later']);
    leave();
  });

  it('is live when something arrives, and not because a stream opened', async () => {
    const { clock, stream, states, leave } = await startFollowing();
    await clock.advance(10_000);
    expect(states).toEqual([]);
    stream().keepAlive();
    expect(states).toEqual(['live']);
    leave();
  });

  it('polls and says so when nothing comes through a stream', async () => {
    const { clock, states, log, openedAt, leave } = await startFollowing();
    await clock.advance(SILENCE_MS);
    expect(states).toEqual(['polling']);
    expect(log).toEqual(['relist stages']);
    // It goes on trying, in the background, and says nothing else meanwhile.
    await clock.advance(10 * SILENCE_MS);
    expect(openedAt.length).toBeGreaterThan(4);
    expect(states).toEqual(['polling']);
    leave();
  });

  it('is live again as soon as something comes through after all', async () => {
    const { clock, stream, states, leave } = await startFollowing();
    await clock.advance(SILENCE_MS + 5_000);
    stream().keepAlive();
    expect(states).toEqual(['polling', 'live']);
    leave();
  });

  it('stays live on keep-alives alone, and polls when they stop', async () => {
    const { clock, stream, states, leave } = await startFollowing();
    for (let i = 0; i < 10; i++) {
      await clock.advance(30_000);
      stream().keepAlive();
    }
    expect(states).toEqual(['live']);
    await clock.advance(SILENCE_MS - 1);
    expect(states).toEqual(['live']);
    await clock.advance(1);
    expect(states).toEqual(['live', 'polling']);
    leave();
  });

  it('goes on where it was with a stream that ended cleanly', async () => {
    const { clock, stream, streams, states, openedAt, leave } =
      await startFollowing();
    stream().change('a');
    stream().end();
    await clock.advance(2_000);
    stream().change('b');
    await clock.advance(0);
    expect(openedAt).toEqual(after(0, 1));
    expect(streams.map(({ requests }) => requests)).toEqual([
      ['stages@v0'],
      ['stages@a'],
    ]);
    expect(states).toEqual(['live', 'reconnecting', 'live']);
    leave();
  });

  it('waits longer after each stream that opens and tells nothing', async () => {
    // What is looked at stands in a part of the history that is gone for good.
    const expired = new KargoRequestError(0, 'too old', 'out_of_range');
    const { clock, openedAt, leave } = await startFollowing(stream =>
      stream.fail(expired),
    );
    await clock.advance(120_000);
    expect(openedAt).toEqual(after(0, 1, 2, 4, 8, 16, 30, 30));
    leave();
  });

  it('starts over with the pauses after a change', async () => {
    const { clock, openedAt, leave } = await startFollowing((stream, index) => {
      if (index === 3) queueMicrotask(() => stream.change('a'));
      queueMicrotask(() => stream.fail(new Error('network')));
    });
    await clock.advance(11_000);
    expect(openedAt).toEqual(after(0, 1, 2, 4, 1, 2));
    leave();
  });

  it('starts over with the pauses after a stream that held', async () => {
    const { clock, stream, openedAt, states, leave } = await startFollowing();
    for (let i = 0; i < 6; i++) {
      await clock.advance(STEADY_MS);
      stream().keepAlive();
      stream().end();
      await clock.advance(1_000 + BATCH_MS);
    }
    expect(openedAt).toHaveLength(7);
    expect(states).not.toContain('polling');
    leave();
  });

  it('says that it polls when streams keep failing, and asks whether anybody is there', async () => {
    const { clock, states, log, leave } = await startFollowing(stream =>
      stream.fail(new Error('network')),
    );
    await clock.advance(60_000);
    expect(states).toEqual(['reconnecting', 'polling']);
    expect(log).toEqual(['relist stages']);
    leave();
  });

  it('serves all that a page shows with one stream', async () => {
    const { clock, stream, streams, states, join, leave } =
      await startFollowing();
    stream().keepAlive();
    const warehouses = join('warehouses');
    const freight = join('freight');
    await clock.advance(BATCH_MS);
    expect(streams).toHaveLength(2);
    expect(streams[0].options.signal?.aborted).toBe(true);
    expect(stream().requests).toEqual([
      'stages@v0',
      'warehouses@v0',
      'freight@v0',
    ]);
    // Opening it again for more is no loss.
    expect(states).toEqual(['live']);
    stream().keepAlive();
    expect(freight.states).toEqual(['live']);
    warehouses.leave();
    await clock.advance(BATCH_MS);
    expect(stream().requests).toEqual(['stages@v0', 'freight@v0']);
    leave();
    freight.leave();
    await clock.advance(BATCH_MS);
    expect(streams).toHaveLength(3);
    expect(stream().options.signal?.aborted).toBe(true);
  });

  it('begins anew for a page that comes after another', async () => {
    const { clock, stream, streams, join, leave } = await startFollowing();
    leave();
    await clock.advance(1_000);
    const next = join('freight');
    await clock.advance(BATCH_MS);
    expect(streams).toHaveLength(2);
    expect(next.states).toEqual([]);
    stream().keepAlive();
    expect(next.states).toEqual(['live']);
    next.leave();
  });

  it('lists again what is too old, and only that', async () => {
    const { clock, stream, log, join, leave } = await startFollowing();
    const other = join('freight');
    await clock.advance(BATCH_MS);
    stream().failOne(new KargoRequestError(0, 'too old', 'out_of_range'), 1);
    await clock.advance(2_000);
    expect(log).toEqual(['relist freight']);
    stream().change('a');
    stream().end();
    await clock.advance(0);
    expect(log).toEqual(['relist freight', 'a']);
    leave();
    other.leave();
  });

  it('lets what is refused poll, and goes on with the rest', async () => {
    const { clock, stream, streams, states, log, join, leave } =
      await startFollowing();
    const other = join('freight');
    await clock.advance(BATCH_MS);
    stream().failOne(new KargoRequestError(0, 'no', 'permission_denied'), 1);
    await clock.advance(10_000);
    expect(other.states).toEqual(['live', 'polling']);
    // A plain request tells why.
    expect(log).toEqual(['relist freight']);
    expect(states).toEqual(['live']);
    expect(streams).toHaveLength(2);
    leave();
    other.leave();
  });

  it('tries again what was refused for a while, with the rest', async () => {
    const { clock, stream, streams, states, join, leave } =
      await startFollowing();
    const other = join('freight');
    const another = join('warehouses');
    await clock.advance(BATCH_MS);
    stream().failOne(new KargoRequestError(0, 'no', 'permission_denied'), 1);
    stream().failOne(new KargoRequestError(0, 'no', 'permission_denied'), 2);
    await clock.advance(10_000);
    another.leave();
    for (let passed = 0; passed < REFUSED_MS; passed += 20_000) {
      stream().keepAlive();
      await clock.advance(20_000);
    }
    expect(streams).toHaveLength(3);
    expect(stream().requests).toEqual(['stages@v0', 'freight@v0']);
    stream().keepAlive();
    expect(other.states).toEqual(['live', 'polling', 'live']);
    expect(states).toEqual(['live']);
    leave();
    other.leave();
  });

  it('leaves streaming alone for a while when the server refuses it, as one does that starts', async () => {
    const { clock, stream, streams, states, leave } = await startFollowing();
    stream().keepAlive();
    stream().fail(new KargoRequestError(404, 'no such path'));
    await clock.advance(REFUSED_MS - 1);
    expect(states).toEqual(['live', 'polling']);
    expect(streams).toHaveLength(1);
    await clock.advance(1 + BATCH_MS);
    expect(streams).toHaveLength(2);
    stream().keepAlive();
    expect(states).toEqual(['live', 'polling', 'live']);
    leave();
    await clock.advance(10 * REFUSED_MS);
    expect(streams).toHaveLength(2);
  });

  it('does not try again for a page that is gone', async () => {
    const { clock, stream, streams, leave } = await startFollowing();
    stream().fail(new KargoRequestError(403, 'no'));
    await clock.advance(1_000);
    leave();
    await clock.advance(10 * REFUSED_MS);
    expect(streams).toHaveLength(1);
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
