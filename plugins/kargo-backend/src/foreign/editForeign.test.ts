import { editForeign } from './editForeign';
import { EditArguments, EditKind } from './edits';
import { DATA_LIMITS } from './limits';
import { editInThread } from './threads/editInThread';
import { stopThreads } from './threads/runInThread';

jest.mock('./threads/editInThread', () => {
  const actual = jest.requireActual('./threads/editInThread');
  return { ...actual, editInThread: jest.fn(actual.editInThread) };
});

jest.setTimeout(60_000);

/** More than is edited in place. */
const COUNT = 8_000;
const many = <T>(make: (index: number) => T) =>
  Array.from({ length: COUNT }, (_, index) => make(index));
const set = (key: string, value: string) => [{ key, value }];

const yaml = many(i => `k${i}: v${i} # c\r\n`).join('');
const json = `{\n${many(i => `  "k${i}": "v${i}"`).join(',\n')}\n}\n`;
const kustomization = `images:\n${many(
  i => `- name: k${i}\n  newTag: v${i}\n`,
).join('')}`;
/** No text of many lines, and yet one that takes long to read. */
const awkward = '- '.repeat(COUNT);
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
    expect(edited.images).toContain('k7999:v2');
  });

  it.each<[string, EditKind, string, unknown[]]>([
    ['a large text is edited as YAML', 'yaml', yaml, [set('k1', 'z')]],
    ['a large text is edited as JSON', 'json', json, [set('k1', 'z')]],
    ['a large value goes into YAML', 'yaml', 'k: v', [set('k', awkward)]],
    ['a large value goes into TOML', 'toml', 'k = 1', [set('k', awkward)]],
    [
      'a large value goes into a kustomization',
      'kustomization',
      'images: []',
      [[{ name: 'web', newTag: awkward }]],
    ],
    [
      'a large value goes into a list',
      'yamlTexts',
      '- v',
      [[{ at: [0], from: 'v', to: awkward }]],
    ],
    ['a large text is merged into YAML', 'yamlMerge', 'a: b', [[yaml]]],
    [
      'YAML is told many values',
      'yaml',
      'k: v',
      [many(i => ({ key: 'k', value: i }))],
    ],
    [
      'JSON is told many values',
      'json',
      '{}',
      [many(i => ({ key: `k${i % 500}`, value: i })).slice(0, 1_000)],
    ],
    [
      'lists of JSON are filled up',
      'json',
      '{}',
      [set(`k${'.9999'.repeat(10)}`, 'z')],
    ],
  ])('lets other work go on while %s', async (_, kind, text, args) => {
    jest.mocked(editInThread).mockClear();
    await editForeign(kind, text, args as EditArguments<EditKind>, { limits });
    expect(editInThread).toHaveBeenCalledTimes(1);
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

describe('editing a text with a byte order mark', () => {
  const mark = '\ufeff';
  const update = [{ key: 'a', value: 2 }];

  it.each<[EditKind, string, unknown[], string]>([
    ['yaml', 'a: 1\n', [update], 'a: 2\n'],
    ['json', '{"a": 1}', [update], '{"a": 2}'],
    ['toml', 'a = 1\n', [update], 'a = 2\n'],
    ['yamlMerge', 'a: 1\n', [['a: 2\n']], 'a: 2\n'],
  ])('keeps it in front of %s', async (kind, text, args, edited) => {
    await expect(
      editForeign(kind, mark + text, args as never, { limits }),
    ).resolves.toBe(mark + edited);
  });

  it('keeps it in front of a kustomization, and the rest as it is written', async () => {
    const text = `${mark}resources:\n    - a.yaml   # c\n\nx: 1\n`;
    const targets = [{ name: 'web', newTag: 'v1' }];
    const edited = await editForeign('kustomization', text, [targets], {
      limits,
    });
    expect(edited.text).toBe(
      `${text}images:\n    - name: web\n      newTag: v1\n`,
    );
  });
});
