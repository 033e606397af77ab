import {
  KargoRequestError,
  WatchEvent,
  WatchOptions,
} from 'backstage-plugin-kargo-common';
import {
  followChanges,
  LiveState,
  reconnectDelay,
  SILENCE_MS,
  STEADY_MS,
} from './followChanges';

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
  private readonly queue: Array<() => WatchEvent<string> | undefined> = [];
  private wake: () => void = () => undefined;
  private options: WatchOptions = {};

  async *open(options: WatchOptions): AsyncGenerator<WatchEvent<string>> {
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

  change(object: string) {
    this.options.onActivity?.();
    this.play(() => ({ type: 'MODIFIED', object }));
  }

  end() {
    this.play(() => undefined);
  }

  fail(error: Error) {
    this.play(() => {
      throw error;
    });
  }

  private play(step: () => WatchEvent<string> | undefined) {
    this.queue.push(step);
    this.wake();
  }
}

/** A follower with streams of its own, which open one after the other. */
function startFollowing(prepare?: (stream: FakeStream, index: number) => void) {
  const clock = new HandClock();
  const stop = new AbortController();
  const streams: FakeStream[] = [];
  const openedAt: number[] = [];
  const states: LiveState[] = [];
  const log: string[] = [];
  const done = followChanges<string>({
    signal: stop.signal,
    watch: options => {
      const stream = new FakeStream();
      streams.push(stream);
      openedAt.push(clock.now());
      prepare?.(stream, streams.length - 1);
      return stream.open(options);
    },
    relist: async () => log.push('relist'),
    onEvents: events => log.push(events.map(event => event.object).join()),
    onState: state => states.push(state),
    now: clock.now,
    delay: clock.delay,
    random: () => 1,
  });
  const end = async () => {
    stop.abort();
    await done;
  };
  const stream = () => streams[streams.length - 1];
  return { clock, stream, states, log, openedAt, done, end };
}

describe('followChanges', () => {
  it('hands over a burst of changes as one batch', async () => {
    const { clock, stream, log, end } = startFollowing();
    await clock.advance(0);
    stream().change('a');
    stream().change('b');
    stream().end();
    await clock.advance(0);
    expect(log).toEqual(['a,b']);
    await end();
  });

  it('is live when something arrives, and not because a stream opened', async () => {
    const { clock, stream, states, end } = startFollowing();
    await clock.advance(10_000);
    expect(states).toEqual([]);
    stream().keepAlive();
    expect(states).toEqual(['live']);
    await end();
  });

  it('polls and says so when nothing comes through a stream', async () => {
    const { clock, states, log, openedAt, end } = startFollowing();
    await clock.advance(SILENCE_MS);
    expect(states).toEqual(['polling']);
    expect(log).toEqual(['relist']);
    // It goes on trying, in the background, and says nothing else meanwhile.
    await clock.advance(10 * SILENCE_MS);
    expect(openedAt.length).toBeGreaterThan(4);
    expect(states).toEqual(['polling']);
    await end();
  });

  it('is live again as soon as something comes through after all', async () => {
    const { clock, stream, states, end } = startFollowing();
    await clock.advance(SILENCE_MS + 5_000);
    stream().keepAlive();
    expect(states).toEqual(['polling', 'live']);
    await end();
  });

  it('stays live on keep-alives alone, and polls when they stop', async () => {
    const { clock, stream, states, end } = startFollowing();
    for (let i = 0; i < 10; i++) {
      await clock.advance(30_000);
      stream().keepAlive();
    }
    expect(states).toEqual(['live']);
    await clock.advance(SILENCE_MS - 1);
    expect(states).toEqual(['live']);
    await clock.advance(1);
    expect(states).toEqual(['live', 'polling']);
    await end();
  });

  it('opens a stream again that ended cleanly', async () => {
    const { clock, stream, states, openedAt, end } = startFollowing();
    await clock.advance(0);
    stream().change('a');
    stream().end();
    await clock.advance(1_000);
    stream().change('b');
    await clock.advance(0);
    expect(openedAt).toEqual([0, 1_000]);
    expect(states).toEqual(['live', 'reconnecting', 'live']);
    await end();
  });

  it('waits longer after each stream that opens and tells nothing', async () => {
    // What is looked at stands in a part of the history that is gone for good.
    const expired = new KargoRequestError(0, 'too old', 'out_of_range');
    const { clock, openedAt, log, end } = startFollowing(stream =>
      stream.fail(expired),
    );
    await clock.advance(120_000);
    expect(openedAt).toEqual([0, 1, 3, 7, 15, 31, 61, 91].map(s => s * 1_000));
    expect(log).toEqual(openedAt.map(() => 'relist'));
    await end();
  });

  it('starts over with the pauses after a change', async () => {
    const { clock, openedAt, end } = startFollowing((stream, index) => {
      if (index === 3) stream.change('a');
      stream.fail(new Error('network'));
    });
    await clock.advance(10_000);
    expect(openedAt).toEqual([0, 1, 3, 7, 8, 10].map(s => s * 1_000));
    await end();
  });

  it('starts over with the pauses after a stream that held', async () => {
    const { clock, stream, openedAt, states, end } = startFollowing();
    for (let i = 0; i < 6; i++) {
      await clock.advance(STEADY_MS);
      stream().keepAlive();
      stream().end();
      await clock.advance(1_000);
    }
    expect(openedAt).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map(i => i * (STEADY_MS + 1_000)),
    );
    expect(states).not.toContain('polling');
    await end();
  });

  it('says that it polls when streams keep failing', async () => {
    const { clock, states, end } = startFollowing(stream =>
      stream.fail(new Error('network')),
    );
    await clock.advance(60_000);
    expect(states).toEqual(['reconnecting', 'polling']);
    await end();
  });

  it('lists again when its starting point is too old', async () => {
    const { clock, stream, log, end } = startFollowing();
    await clock.advance(0);
    stream().fail(new KargoRequestError(0, 'too old', 'out_of_range'));
    await clock.advance(1_000);
    stream().change('a');
    stream().end();
    await clock.advance(0);
    expect(log).toEqual(['relist', 'a']);
    await end();
  });

  it('leaves streaming alone when the server refuses it', async () => {
    const { clock, stream, states, openedAt, done } = startFollowing();
    await clock.advance(0);
    stream().fail(new KargoRequestError(403, 'no'));
    await done;
    expect(states).toEqual(['polling']);
    expect(openedAt).toHaveLength(1);
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
