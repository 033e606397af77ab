import { editForeign } from './editForeign';
import { EditKind } from './edits';
import { DATA_LIMITS } from './limits';
import { stopThreads } from './threads/runInThread';

jest.setTimeout(60_000);

/** More than is edited in place. */
const COUNT = 8_000;
const many = (line: (index: number) => string) =>
  Array.from({ length: COUNT }, (_, index) => line(index));

const yaml = many(i => `k${i}: v${i} # c\r\n`).join('');
const json = `{\n${many(i => `  "k${i}": "v${i}"`).join(',\n')}\n}\n`;
const kustomization = `images:\n${many(
  i => `- name: k${i}\n  newTag: v${i}\n`,
).join('')}`;
const limits = DATA_LIMITS;

describe('editing large texts', () => {
  afterAll(() => stopThreads());

  it('changes nothing but the target, as with small ones', async () => {
    const updates = [{ key: 'k7999', value: '1.10' }];
    expect(await editForeign('yaml', yaml, [updates], { limits })).toBe(
      yaml.replace('v7999', '"1.10"'),
    );
    expect(await editForeign('json', json, [updates], { limits })).toBe(
      json.replace('v7999', '1.10'),
    );
    const targets = [{ name: 'k7999', newTag: 'v2' }];
    const edited = await editForeign(
      'kustomization',
      kustomization,
      [targets, { layout: 'keep' }],
      { limits },
    );
    expect(edited.text).toBe(kustomization.replace('v7999', 'v2'));
    expect(edited.images).toHaveLength(COUNT);
  });

  it.each<[EditKind, string]>([
    ['yaml', yaml],
    ['json', json],
  ])('lets other work go on while %s is edited', async (kind, text) => {
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 0);
    await editForeign(kind, text, [[{ key: 'k1', value: 'z' }]], { limits });
    clearInterval(ticking);
    // On the main thread there would be none, however fast the machine.
    expect(turns).toBeGreaterThan(0);
  });

  it('is refused with the same words', async () => {
    const updates = [{ key: 'none', value: 'z' }];
    await expect(
      editForeign('yaml', yaml, [updates], { limits }),
    ).rejects.toMatchObject({
      name: 'EditError',
      code: 'not-found',
      message: 'key "none" was not found',
    });
  });

  it('ends when it takes too long, or when nobody waits any more', async () => {
    const updates = [{ key: 'k1', value: 'z' }];
    await expect(
      editForeign('yaml', yaml, [updates], {
        limits: { ...limits, milliseconds: 1 },
      }),
    ).rejects.toThrow('longer than');
    const gone = new AbortController();
    const editing = editForeign('yaml', yaml, [updates], {
      limits,
      signal: gone.signal,
    });
    gone.abort();
    await expect(editing).rejects.toMatchObject({ name: 'AbortError' });
  });
});
