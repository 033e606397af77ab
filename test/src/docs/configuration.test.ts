import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { ConfigurationKey, readConfigurationModel } from './configurationModel';
import {
  configurationKeys,
  configurationPage,
  createConfigurationPage,
} from './configurationPage';
import { replaceGeneratedPart } from './generatedPart';
import { renderConfiguration } from './renderConfiguration';

const page = readFileSync(configurationPage, 'utf8');

/** The paths of a value's keys; entries of lists stand for each other. */
function pathsOf(value: unknown, parent: string = ''): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(entry => pathsOf(entry, parent));
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([name, below]) => [
    `${parent}${name}`,
    ...pathsOf(below, `${parent}${name}.`),
  ]);
}

function declaredPaths(
  keys: readonly ConfigurationKey[],
  parent: string = '',
): string[] {
  return keys.flatMap(({ name, keys: below }) => [
    `${parent}${name}`,
    ...declaredPaths(below, `${parent}${name}.`),
  ]);
}

describe('the page on configuration', () => {
  // After a change of config.d.ts: yarn docs:generate
  it('has every key as it is declared', () => {
    expect(page).toBe(createConfigurationPage());
  });

  it('has an example of every key, and of no others', () => {
    const examples = [...page.matchAll(/```yaml\n([^]*?)```/g)].flatMap(
      ([, text]) => parseAllDocuments(text).map(document => document.toJS()),
    );
    const used = examples
      .flatMap(example => pathsOf(example))
      .filter(path => !/\.(seconds|minutes|hours|days|weeks)$/.test(path))
      .filter(path => !/\.claims\./.test(path));
    const declared = declaredPaths(configurationKeys());
    // A cluster is reached in the same ways wherever one is configured.
    const ways = /^kargo\.verification\.(jobs\.cluster|rollouts)\.(?!name)/;
    expect(used.filter(path => !declared.includes(path))).toEqual([]);
    expect(
      declared.filter(
        path =>
          !used.includes(path) &&
          !used.includes(path.replace(ways, 'kargo.argocd.clusters.')) &&
          !/\.claims\./.test(path),
      ),
    ).toEqual([]);
  });
});

describe('readConfigurationModel', () => {
  it('reads groups, lists, choices, durations and secrets', () => {
    const keys = readConfigurationModel(`
      import { HumanDuration } from '@backstage/types';
      export interface Config {
        /** All of it. */
        it?: {
          /**
           * Over
           * two lines.
           */
          every?: HumanDuration | string;
          /** A choice | two. */
          mode?: 'a' | 'b';
          /**
           * Keys.
           * @deepVisibility secret
           */
          keys?: string[];
          /** Places. */
          places?: Array<{
            /** Where. */
            path: string;
          }>;
        };
      }`);
    expect(renderConfiguration(keys)).toBe(`## \`it\`

All of it.

| Key     | Type                    | Meaning          |
| ------- | ----------------------- | ---------------- |
| \`every\` | duration                | Over two lines.  |
| \`mode\`  | \`a\`, \`b\`                | A choice \\| two. |
| \`keys\`  | list of string (secret) | Keys.            |

## \`it.places[]\`

Places.

| Key    | Type   | Meaning |
| ------ | ------ | ------- |
| \`path\` | string | Where.  |`);
  });

  it('reads what several groups share in each of them', () => {
    const keys = readConfigurationModel(`
      type Access = {
        /** Where it is. */
        url: string;
      };
      export interface Config {
        /** One. */
        one?: {
          /** What it is called. */
          name?: string;
        } & Access;
        /** Some. */
        some?: Array<{
          /** Which. */
          id: string;
        } & Access>;
      }`);
    expect(declaredPaths(keys)).toEqual([
      'one',
      'one.name',
      'one.url',
      'some',
      'some.id',
      'some.url',
    ]);
  });

  it.each([
    ['export interface Other {}', 'expected an interface Config'],
    ['interface Config { a: string }', 'expected a description of a'],
    [
      'interface Config {\n/** A. */\na: Date }',
      'expected a type of configuration, found Date',
    ],
    [
      'interface Config {\n/** A. */\na: {} & Elsewhere }',
      'expected a group of keys, found Elsewhere',
    ],
    [
      'interface Config { a(): string }',
      'expected a key with a type: a(): string',
    ],
  ])('refuses %s', (source, message) => {
    expect(() => readConfigurationModel(source)).toThrow(message);
  });
});

describe('replaceGeneratedPart', () => {
  it('keeps what is around', () => {
    expect(
      replaceGeneratedPart(
        'a\n<!-- generated: keys -->old<!-- end of generated -->\nb',
        'new',
      ),
    ).toBe(
      'a\n<!-- generated: keys -->\n\nnew\n\n<!-- end of generated -->\nb',
    );
  });

  it('needs a place', () => {
    expect(() => replaceGeneratedPart('a', 'new')).toThrow('expected a place');
  });
});
