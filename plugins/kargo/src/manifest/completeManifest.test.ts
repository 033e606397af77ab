import { completeManifest } from './completeManifest';

/** What is suggested where `|` stands. */
function suggested(marked: string): string[] {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  return (completeManifest(text, cursor)?.items ?? []).map(
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
    const text = `kind: Warehouse\nspec:\n  subscriptions:\n${lines}`;
    expect(suggested(text)).toContain(word);
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
    const text = `${STAGE}  req`;
    expect(completeManifest(text, text.length)).toEqual({
      from: text.length - 3,
      items: expect.arrayContaining([
        { label: 'requestedFreight', text: 'requestedFreight:' },
      ]),
    });
  });

  it.each([
    ['a kind that nobody knows', 'kind: Nonsense\nspec:\n  |'],
    ['a text', `${STAGE}  shard: some words |`],
    ['what may be anything', `${STAGE}  vars:\n    - name: a\n      value: |`],
  ])('suggests nothing for %s', (_, text) => {
    expect(suggested(text)).toEqual([]);
  });
});
