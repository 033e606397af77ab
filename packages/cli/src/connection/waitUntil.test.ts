import { KargoRequestError, WatchOptions } from 'backstage-plugin-kargo-common';
import { waitUntil } from './waitUntil';

type Change = { type: string; object: number };
/** What one stream of changes does. */
type Stream = (options: WatchOptions) => AsyncIterable<Change>;

const telling = (...changes: Change[]): Stream =>
  async function* tell() {
    yield* changes;
  };

const failing = (error: Error): Stream =>
  async function* fail() {
    throw error;
  };

/** Waits for 3, reading and hearing what it is given; what it did is noted. */
async function wait(
  reads: Array<number | Error>,
  streams?: Array<Stream | undefined>,
) {
  const log: string[] = [];
  const result = await waitUntil<number>(
    {
      delay: async ms => {
        log.push(`pause ${ms}`);
      },
      startTimer: ms => {
        log.push(`timer ${ms}`);
        return () => log.push('stopped');
      },
    },
    {
      load: async () => {
        log.push('read');
        const next = reads.shift();
        if (next === undefined || next instanceof Error) {
          throw next ?? new Error('It is read too often');
        }
        return { object: next, resourceVersion: `${next}0` };
      },
      ...(streams && {
        changes: (from, options) => {
          log.push(`watch ${from}`);
          const stream = streams.shift();
          if (!stream) {
            throw new Error('It is watched too often');
          }
          return stream(options);
        },
      }),
      isDone: value => value === 3,
      tell: value => log.push(`told ${value}`),
    },
  ).catch((error: Error) => error.message);
  return { result, log: log.join(', ') };
}

describe('waitUntil', () => {
  it('is content with what it reads first', async () => {
    expect(await wait([3], [])).toMatchObject({
      result: 3,
      log: 'read, told 3',
    });
  });

  it('hears of changes from what it read on', async () => {
    const changes = [
      { type: 'MODIFIED', object: 2 },
      { type: 'MODIFIED', object: 3 },
      { type: 'MODIFIED', object: 4 },
    ];
    expect(await wait([1], [telling(...changes)])).toMatchObject({
      result: 3,
      log: 'read, told 1, timer 40000, watch 10, told 2, told 3, stopped',
    });
  });

  it('reads again, after a pause, where nothing tells of changes', async () => {
    expect(await wait([1, 2, 3])).toMatchObject({
      result: 3,
      log: 'read, told 1, timer 40000, stopped, pause 1000, read, told 2, timer 40000, stopped, pause 1000, read, told 3',
    });
  });

  it('looks whether it is there anew when it was deleted', async () => {
    const gone = telling({ type: 'DELETED', object: 3 });
    const { result } = await wait(
      [1, new KargoRequestError(404, 'There is none')],
      [gone],
    );
    expect(result).toBe('There is none');
  });

  it.each<[string, Stream]>([
    ['ends', telling()],
    ['breaks', failing(new TypeError('terminated'))],
    ['is ended by the server', failing(new KargoRequestError(0, 'over'))],
    ['fails in the server', failing(new KargoRequestError(500, 'broken'))],
    ['goes on from too long ago', failing(new KargoRequestError(410, 'old'))],
  ])('goes on when the stream %s', async (_, stream) => {
    const { result, log } = await wait(
      [1, 2],
      [stream, telling({ type: 'MODIFIED', object: 3 })],
    );
    expect(result).toBe(3);
    expect(log).toContain('stopped, pause 1000, read, told 2');
    expect(log).toContain('watch 20, told 3');
  });

  it.each([400, 401, 403, 404, 499])(
    'fails when the stream is refused with %i',
    async status => {
      const stream = failing(new KargoRequestError(status, 'refused'));
      expect((await wait([1, 3], [stream])).result).toBe('refused');
    },
  );

  const lost = new Error('cannot reach https://portal.example');

  it.each([
    ['cannot be reached', lost],
    ['restarts behind a proxy', new KargoRequestError(502, 'Bad Gateway')],
    ['does not work yet', new KargoRequestError(503, 'starting')],
    ['is asked too often', new KargoRequestError(429, 'slowly')],
  ])('goes on while the server %s', async (_, error) => {
    const reads = [1, error, error, 3];
    expect(await wait(reads, [telling()])).toEqual({
      result: 3,
      log: 'read, told 1, timer 40000, watch 10, stopped, pause 1000, read, pause 1000, read, pause 1000, read, told 3',
    });
  });

  it('waits for no server that has not answered yet', async () => {
    expect(await wait([lost, 3])).toEqual({
      result: lost.message,
      log: 'read',
    });
  });

  it('gives up a server that has been away for five minutes', async () => {
    const { result, log } = await wait([1, ...Array(302).fill(lost)]);
    expect(result).toBe(lost.message);
    expect(log.match(/pause 1000/g)).toHaveLength(301);
  });

  it('does not ask again what is refused', async () => {
    const refused = new KargoRequestError(401, 'no longer');
    expect((await wait([1, refused, 3])).result).toBe('no longer');
  });

  it('watches no more once a stream was silent for long', async () => {
    const timers: Array<() => void> = [];
    const silent: Stream = async function* hear({ signal, onActivity }) {
      onActivity?.();
      setImmediate(() => timers.at(-1)?.());
      await new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
      yield { type: 'MODIFIED', object: 3 };
    };
    const log: string[] = [];
    const reads = [1, 2, 3];
    const result = await waitUntil<number>(
      {
        delay: async () => undefined,
        startTimer: (ms, onTime) => {
          timers.push(onTime);
          log.push(`timer ${ms}`);
          return () => log.push('stopped');
        },
      },
      {
        load: async () => {
          log.push('read');
          return { object: reads.shift()!, resourceVersion: '1' };
        },
        changes: (_, options) => silent(options),
        isDone: value => value === 3,
      },
    );
    expect(result).toBe(3);
    expect(log).toEqual([
      'read',
      'timer 40000',
      'stopped',
      'timer 40000',
      'stopped',
      'read',
      'read',
    ]);
  });
});
