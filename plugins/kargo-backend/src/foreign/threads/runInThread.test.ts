import { occupyThreads, withoutRoomToRead } from '../../testing/busyThreads';
import { DATA_LIMITS, Limits, ReadingShare } from '../limits';
import { readInThread } from './readInThread';
import { stopThreads } from './runInThread';

jest.setTimeout(60_000);

const TOO_SLOW = {
  status: 'rejected',
  reason: expect.objectContaining({ name: 'ForeignInputError' }),
};

function readSmall(limits: Partial<Limits> = {}, signal?: AbortSignal) {
  return readInThread('json', '1', { ...DATA_LIMITS, ...limits }, signal);
}

describe('a text for which no thread is free', () => {
  afterAll(() => stopThreads());

  it('is read, not refused, behind two that take their whole time', async () => {
    const slow = occupyThreads({ milliseconds: 1_000 });
    await expect(readSmall({ milliseconds: 900 })).resolves.toBe(1);
    await expect(slow).resolves.toEqual([TOO_SLOW, TOO_SLOW]);
  });

  it.each<[ReadingShare, ReadingShare]>([
    ['requests', 'work'],
    ['work', 'requests'],
  ])(
    'is read at once for %s, however much is read for %s',
    async (share, other) => {
      const reading = withoutRoomToRead(() => readSmall({ share }), other);
      await expect(reading).resolves.toBe(1);
    },
  );

  it('is not given up for the time in which its thread starts', async () => {
    const startAndRead = async (limits: Partial<Limits> = {}) => {
      await stopThreads();
      const before = performance.now();
      await expect(readSmall(limits)).resolves.toBe(1);
      return performance.now() - before;
    };
    const usual = await startAndRead();
    await startAndRead({ milliseconds: Math.ceil(usual / 2) });
  });

  it('is to come again when it has waited too long', async () => {
    const over = new AbortController();
    const slow = occupyThreads({}, { signal: over.signal });
    await expect(readSmall({ waitMilliseconds: 50 })).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      message:
        'the portal is busy reading other texts (no thread was free for 0.05 seconds)',
    });
    over.abort();
    await slow;
  });

  it('is to come again when too many wait already', async () => {
    await expect(withoutRoomToRead(readSmall)).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      message:
        'the portal is busy reading other texts (64 of them are being read or wait for it)',
    });
    await expect(readSmall()).resolves.toBe(1);
  });

  it('is forgotten when nobody wants it any more', async () => {
    const over = new AbortController();
    const slow = occupyThreads({}, { signal: over.signal });
    const gone = new AbortController();
    const left = readSmall({}, gone.signal);
    const next = readSmall();
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    over.abort();
    await slow;
    await expect(next).resolves.toBe(1);
  });

  it('is given up when the threads are stopped, and others are read by new ones', async () => {
    const slow = occupyThreads({});
    const waiting = Promise.allSettled([readSmall()]);
    await stopThreads();
    await expect(waiting).resolves.toMatchObject([
      { reason: { message: 'The reading threads are stopped' } },
    ]);
    await expect(slow).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    await expect(readSmall()).resolves.toBe(1);
  });
});
