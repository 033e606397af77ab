import { splitManifests } from './splitManifests';

function manifest(kind: string, name: string) {
  return `kind: ${kind}\nmetadata:\n  name: ${name}\n`;
}

it.each<[string, string, string[]]>([
  ['one', manifest('Stage', 'test'), ['Stage test']],
  [
    'the Project first, as it is applied',
    `${manifest('Stage', 'test')}---\n${manifest('Project', 'shop')}`,
    ['Project shop', 'Stage test'],
  ],
  [
    'no empty ones',
    `---\n${manifest('Stage', 'test')}--- # the end\n\n---\n# only this\n`,
    ['Stage test'],
  ],
  [
    'dashes within a text as what they are',
    `${manifest('ConfigMap', 'a')}data:\n  text: |\n    ---\n    b\n`,
    ['ConfigMap a'],
  ],
  ['names as they are written', manifest('Stage', '"1.10"'), ['Stage 1.10']],
])('tells %s', (_, text, keys) => {
  expect(splitManifests(text).map(({ key }) => key)).toEqual(keys);
});
