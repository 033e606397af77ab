import { moveItemUp, readForm, readYaml, writeField } from './manifestForm';

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
    ['an alias of nothing', `${TEXT}    - image: *web\n`],
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

  it.each([
    ['a text', 'a: 5m # how often\n', '10m', 'a: 10m # how often\n'],
    ['a number', 'a: 5 # most\n', 6, 'a: 6 # most\n'],
    ['a text that reads as none', 'a: b # c\n', 'no', 'a: "no" # c\n'],
    ['what looks like a time', 'a: 1:30 # c\n', 1000, 'a: 1000 # c\n'],
    ['an octal', 'a: 0644 # c\n', 12, 'a: 12 # c\n'],
    ['a fraction', 'a: 1.50 # c\n', 2, 'a: 2 # c\n'],
    ['a switch', 'a: true # c\n', false, 'a: false # c\n'],
    [
      'part of an object',
      'a:\n  # first\n  b: 1\n  # second\n  c: 2 # c\n',
      { b: 1, c: 3, d: 4 },
      'a:\n  # first\n  b: 1\n  # second\n  c: 3 # c\n  d: 4\n',
    ],
    [
      'an object that has less',
      'a:\n  b: 1\n  # second\n  c: 2\n',
      { c: 2 },
      'a:\n  # second\n  c: 2\n',
    ],
    [
      'part of a list',
      'a:\n  - b: 1 # one\n  - b: 2 # two\n',
      [{ b: 1 }, { b: 3 }],
      'a:\n  - b: 1 # one\n  - b: 3 # two\n',
    ],
  ])('keeps the comments of %s', (_, text, value, expected) => {
    expect(writeField(text, ['a'], value)).toBe(expected);
  });

  it.each([
    '0644',
    '2024-01-01T00:00:00Z # since',
    '2024-1-1',
    '1:30',
    '12345678901234567890',
    '0o14',
    '1_000',
    '1e3',
    '1e400',
    '.5',
    'yes',
    '{a: 1, b: [1, 2]}',
    '{ a: 1 }',
    '[1, 2]',
    '{ a: &a { b: [1, 2] }, c: [ 3 ], d: {e: {}} }',
    '!foo bar',
    '${{ vars.x }}',
  ])('leaves %s as it is written', value => {
    const text = `a: ${value}\nb: {}\nc: 1\n`;
    expect(writeField(text, ['c'], 2)).toBe(text.replace('c: 1', 'c: 2'));
    const form = readYaml(text);
    expect(form.ok && writeField(text, [], form.value)).toBe(text);
  });

  it('gives a negation the quotes that it lacks', () => {
    const text = "a: !(author contains 'bot') # nobody\nb: 1\n";
    expect(readYaml(text)).toEqual({
      ok: true,
      value: { a: "!(author contains 'bot')", b: 1 },
    });
    expect(writeField(text, ['b'], 2)).toBe(
      `a: "!(author contains 'bot')" # nobody\nb: 2\n`,
    );
  });

  it('moves an item with its comments', () => {
    const text = 'a:\n  - b: 1 # x\n  # two\n  - b: 2 # y\n';
    expect(moveItemUp(text, ['a'], 1)).toBe(
      'a:\n  # two\n  - b: 2 # y\n  - b: 1 # x\n',
    );
    expect(moveItemUp(text, ['a'], 0)).toBe(text);
  });

  it.each([
    [
      'changes what an alias stands for there alone',
      (text: string) => writeField(text, ['c', 'b'], 2),
      'a:\n  b: 1\nc:\n  b: 2\n',
    ],
    [
      'removes what an alias stands for elsewhere',
      (text: string) => writeField(text, ['a'], undefined),
      'c:\n  b: 1\n',
    ],
    [
      "leaves an alias that is in nobody's way",
      (text: string) => writeField(text, ['d'], 2),
      'a: &x\n  b: 1\nc: *x\nd: 2\n',
    ],
  ])('%s', (_, edit, expected) => {
    expect(edit('a: &x\n  b: 1\nc: *x\n')).toBe(expected);
  });

  it('moves an item before the one that it is an alias of', () => {
    expect(moveItemUp('a:\n  - &x\n    b: 1\n  - *x\n', ['a'], 1)).toBe(
      'a:\n  - b: 1\n  - b: 1\n',
    );
  });

  it('fills in where a text stands that has no fields', () => {
    expect(writeField('kind: Stage\nspec: x\n', ['spec', 'shard'], 'a')).toBe(
      'kind: Stage\nspec:\n  shard: a\n',
    );
  });

  it.each([
    ['a: [1, 2]', { ok: true, value: { a: [1, 2] } }],
    [
      'a: 2024-01-01\nb: 1:30\nc: 0o14\nd: yes',
      { ok: true, value: { a: '2024-01-01', b: '1:30', c: 12, d: true } },
    ],
    ['a: [', { ok: false }],
    ['a: *.yaml', { ok: false }],
  ])('reads %s', (text, read) => {
    expect(readYaml(text)).toMatchObject(read);
  });
});
