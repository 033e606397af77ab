import { joinManifests, splitManifests } from './splitManifests';

function manifest(kind: string, name: string, namespace?: string) {
  const place = namespace === undefined ? '' : `  namespace: ${namespace}\n`;
  return `kind: ${kind}\nmetadata:\n  name: ${name}\n${place}`;
}

it.each<[string, string, string[]]>([
  ['one', manifest('Stage', 'test', 'shop'), ['Stage shop/test']],
  [
    'the Project first, as it is applied',
    `${manifest('Stage', 'test', 'shop')}---\n${manifest('Project', 'shop')}`,
    ['Project shop', 'Stage shop/test'],
  ],
  [
    'no empty ones',
    `---\n${manifest(
      'Stage',
      'test',
      'shop',
    )}--- # the end\n\n---\n# only this\n`,
    ['Stage shop/test'],
  ],
  [
    'dashes within a text as what they are',
    `${manifest('ConfigMap', 'a', 'shop')}data:\n  text: |\n    ---\n    b\n`,
    ['ConfigMap shop/a'],
  ],
  [
    'names as they are written',
    manifest('Stage', '"1.10"', 'shop'),
    ['Stage shop/1.10'],
  ],
  [
    'the same name in two projects as two',
    `${manifest('Stage', 'test', 'shop')}---\n${manifest(
      'Stage',
      'test',
      'bar',
    )}`,
    ['Stage shop/test', 'Stage bar/test'],
  ],
  [
    'a Project by its name alone, whatever its namespace',
    manifest('Project', 'shop', 'other'),
    ['Project shop'],
  ],
  [
    'one that stands beside its dashes',
    '--- {kind: Stage, metadata: {name: test, namespace: shop}}\n',
    ['Stage shop/test'],
  ],
  [
    'the last of two equal keys, as the server does',
    `kind: Project\n${manifest('Stage', 'a\n  name: b', 'shop')}`,
    ['Stage shop/b'],
  ],
  [
    'what follows the end of another',
    `${manifest('Stage', 'a', 'shop')}...\n${manifest('Stage', 'b', 'shop')}`,
    ['Stage shop/a', 'Stage shop/b'],
  ],
])('tells %s', (_, text, keys) => {
  expect(splitManifests(text).map(({ key }) => key)).toEqual(keys);
});

it('the text of each can be read by itself, however it is indented', () => {
  const text =
    '  kind: Stage\n  metadata: {name: a}\n---\n  kind: Stage\n  metadata: {name: b}';
  const parts = splitManifests(text);
  expect(
    parts.flatMap(part => splitManifests(part.text)).map(({ key }) => key),
  ).toEqual(['Stage a', 'Stage b']);
  expect(
    splitManifests(joinManifests(parts.toReversed())).map(({ key }) => key),
  ).toEqual(['Stage b', 'Stage a']);
});
