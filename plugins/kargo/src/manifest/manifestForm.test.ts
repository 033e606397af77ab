import { readForm, writeField } from './manifestForm';

const TEXT = `apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata:
  name: web # its name
  namespace: shop
spec:
  # What it watches
  subscriptions:
    - image:
        repoURL: registry.example.com/web
`;

describe('a manifest as a form', () => {
  it('is read from a text of one manifest', () => {
    expect(readForm(TEXT)).toMatchObject({
      kind: 'Warehouse',
      value: { spec: { subscriptions: [{ image: {} }] } },
    });
  });

  it.each([
    ['several manifests', `${TEXT}---\n${TEXT}`],
    ['what is no YAML', `${TEXT}  a: [`],
    ['a kind that nobody knows', 'kind: Nonsense\n'],
    ['nothing', ''],
  ])('is not read from %s', (_, text) => {
    expect(readForm(text)).toBeUndefined();
  });

  it('changes a field, and keeps what is written around it', () => {
    const changed = writeField(
      TEXT,
      ['spec', 'subscriptions', 0, 'image', 'constraint'],
      '^1.0.0',
    );
    expect(changed).toBe(TEXT.replace(/\n$/, '\n        constraint: ^1.0.0\n'));
  });

  it.each([
    [
      'removes a field',
      ['metadata', 'namespace'],
      undefined,
      /# its name\nspec/,
    ],
    [
      'removes an item',
      ['spec', 'subscriptions', 0],
      undefined,
      /subscriptions: \[\]/,
    ],
    [
      'makes the way to a field',
      ['metadata', 'labels', 'a'],
      'b',
      / {2}labels:\n {4}a: b/,
    ],
    ['keeps a text a text', ['metadata', 'name'], 'yes', /name: "yes"/],
  ])('%s', (_, path, value, expected) => {
    expect(writeField(TEXT, path, value)).toMatch(expected);
  });

  it('fills in what stands there empty', () => {
    expect(writeField('kind: Stage\nspec:\n', ['spec', 'shard'], 'a')).toBe(
      'kind: Stage\nspec:\n  shard: a\n',
    );
  });
});
