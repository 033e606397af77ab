import { StepKind } from 'backstage-plugin-kargo-common';
import { completeManifest } from './completeManifest';

const text = { type: 'string' };

const STEP_KINDS: StepKind[] = [
  {
    name: 'git-push',
    description: 'Pushes commits.',
    config: {
      properties: {
        path: text,
        provider: { enum: ['github', 'gitlab'] },
        force: { type: 'boolean' },
      },
    },
  },
  {
    name: 'git-clone',
    description: 'Clones a repository.',
    config: {
      properties: {
        repoURL: text,
        checkout: {
          type: 'array',
          items: { type: 'object', properties: { path: text, branch: text } },
        },
      },
    },
  },
];

/** What is suggested where `|` stands. */
function suggested(marked: string): string[] {
  const cursor = marked.indexOf('|');
  const written = marked.replace('|', '');
  return (completeManifest(written, cursor, STEP_KINDS)?.items ?? []).map(
    ({ label }) => label,
  );
}

const STAGE = `apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: test
spec:
`;

describe('what the editor of manifests suggests', () => {
  it('begins with the kinds there are', () => {
    expect(suggested('kind: |')).toEqual(
      expect.arrayContaining(['Project', 'Stage', 'Warehouse']),
    );
  });

  it('names the fields of an object that are not there yet', () => {
    expect(suggested(`${STAGE}  shard: a\n  |\n`)).toEqual([
      'vars',
      'requestedFreight',
      'promotionTemplate',
      'verification',
      'targets',
    ]);
    expect(suggested(`${STAGE}  |\n  vars: []\n`)).not.toContain('vars');
  });

  it.each([
    ['behind its dash', '    - |'],
    ['below its first field', '    - origin: {}\n      |'],
  ])('names the fields of an item %s', (_, lines) => {
    const names = suggested(`${STAGE}  requestedFreight:\n${lines}\n`);
    expect(names).toContain('sources');
    expect(names.includes('origin')).toBe(lines.startsWith('    - |'));
  });

  it('finds an item whose dash stands below its field', () => {
    expect(
      suggested(`${STAGE}  requestedFreight:\n  - origin:\n      |\n`),
    ).toEqual(['kind', 'name']);
  });

  it('does not take the fields of another item for its own', () => {
    expect(
      suggested(
        `${STAGE}  requestedFreight:\n    - sources: {}\n    - |\n    - origin: {}\n`,
      ),
    ).toEqual(['origin', 'sources']);
  });

  it.each([
    ['words', '    - image:\n        imageSelectionStrategy: |', 'NewestBuild'],
    ['yes or no', '    - git:\n        strictSemvers: |', 'true'],
  ])('offers %s where a field takes only those', (_, lines, word) => {
    const warehouse = `kind: Warehouse\nspec:\n  subscriptions:\n${lines}`;
    expect(suggested(warehouse)).toContain(word);
  });

  it('goes by the kind of the document in which it is asked', () => {
    const second = `---\nkind: Warehouse\nspec:\n  |\n---\nkind: Project\n`;
    expect(suggested(`${STAGE}${second}`)).toEqual([
      'shard',
      'interval',
      'freightCreationPolicy',
      'freightCreationCriteria',
      'subscriptions',
    ]);
  });

  it('replaces what is half written', () => {
    const half = `${STAGE}  req`;
    expect(completeManifest(half, half.length)).toEqual({
      from: half.length - 3,
      items: expect.arrayContaining([
        { label: 'requestedFreight', text: 'requestedFreight:' },
      ]),
    });
  });

  it.each([
    ['a kind that nobody knows', 'kind: Nonsense\nspec:\n  |'],
    ['a text', `${STAGE}  shard: some words |`],
    ['what may be anything', `${STAGE}  vars:\n    - name: a\n      value: |`],
    [
      'the configuration of a kind of step that the portal does not have',
      'kind: PromotionTask\nspec:\n  steps:\n    - uses: acme\n      config:\n        |',
    ],
  ])('suggests nothing for %s', (_, marked) => {
    expect(suggested(marked)).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    ['the kinds there are', '    - uses: |', ['git-push', 'git-clone']],
    [
      'the options of its kind',
      '    - uses: git-push\n      config:\n        path: .\n        |',
      ['provider', 'force'],
    ],
    [
      'the options of a kind that is told below',
      '    - config:\n        |\n      uses: git-push\n    - uses: git-clone',
      ['path', 'provider', 'force'],
    ],
    [
      'what stands deeper',
      '    - uses: git-push\n    - uses: git-clone\n      config:\n        checkout:\n          - |',
      ['path', 'branch'],
    ],
    [
      'the words of an option',
      '    - uses: git-push\n      as: push\n      config:\n        provider: |',
      ['github', 'gitlab'],
    ],
  ])('suggests for a promotion step %s', (_, lines, expected) => {
    const head = 'kind: PromotionTask\nspec:\n  steps:\n';
    expect(suggested(`${head}${lines}`)).toEqual(expected);
    const inStage = lines.replace(/^/gm, '    ');
    expect(
      suggested(
        `${STAGE}  promotionTemplate:\n    spec:\n      steps:\n${inStage}`,
      ),
    ).toEqual(expected);
  });
});
