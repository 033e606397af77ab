import { countTurns } from '../../testing/countTurns';
import { Limits, MANIFEST_LIMITS } from '../limits';
import { readDocuments } from '../documents';
import { readJson } from '../json';
import { readYaml } from '../yaml';
import { readInThread } from './readInThread';
import { stopThreads } from './runInThread';

jest.setTimeout(60_000);

const large = Array.from(
  { length: 3_000 },
  (_, index) => `k${index}: {a: [${index}, text]}`,
).join('\n');

describe('reading in a thread', () => {
  afterAll(() => stopThreads());

  it('gives what reading in place gives', async () => {
    const small = 'a: [yes, 012, "x"]\nb: {c: null}\n---\nd: [\n---\ne: 1\n';
    expect(await readInThread('documents', small, MANIFEST_LIMITS)).toEqual(
      await readDocuments(small, MANIFEST_LIMITS),
    );
  });

  it('takes over what is larger than one piece', async () => {
    const value = (await readYaml(large, MANIFEST_LIMITS)) as Record<
      string,
      { a: unknown[] }
    >;
    expect(Object.keys(value)).toHaveLength(3_000);
    expect(value.k2999).toEqual({ a: [2999, 'text'] });
    const list = Array.from({ length: 20_000 }, (_, index) => ({ index }));
    expect(await readJson(JSON.stringify(list), MANIFEST_LIMITS)).toEqual(list);
  });

  it('lets other work go on meanwhile', async () => {
    const turns = await countTurns(() => readYaml(large, MANIFEST_LIMITS));
    expect(turns).toBeGreaterThan(1);
  });

  it.each<[string, string, Partial<Limits>, RegExp]>([
    ['is nested too deep', `[${large}]`, { depth: 1 }, /./],
    ['has too many values', large, { nodes: 100 }, /more than 100 values/],
    ['has too many bytes', large, { bytes: 100 }, /more than the limit of 100/],
    ['takes too long', large, { milliseconds: 1 }, /longer than 0.001 seconds/],
  ])('refuses what %s', async (_, text, limits, message) => {
    await expect(
      readYaml(text, { ...MANIFEST_LIMITS, ...limits }),
    ).rejects.toMatchObject({
      name: 'ForeignInputError',
      message: expect.stringMatching(message),
    });
  });

  it('goes on after a thread was ended', async () => {
    await expect(
      readYaml(large, { ...MANIFEST_LIMITS, milliseconds: 1 }),
    ).rejects.toThrow('longer than');
    await expect(readYaml(large, MANIFEST_LIMITS)).resolves.toBeDefined();
  });

  it('gives up when nobody waits any more', async () => {
    const gone = new AbortController();
    const reading = readYaml(large, MANIFEST_LIMITS, { signal: gone.signal });
    gone.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('refuses what is too many, and reads the others', async () => {
    const readings = await Promise.allSettled(
      Array.from({ length: 100 }, () => readYaml(large, MANIFEST_LIMITS)),
    );
    const refused = readings.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(36);
  });
});
