import {
  FreightReference,
  FreightRequest,
  Subscription,
} from 'backstage-plugin-kargo-common';
import { compile } from 'backstage-plugin-kargo-expr';
import { Found, LookupTable } from '../lookups';
import { FREIGHT_FUNCTIONS } from './freight';

const ORIGIN = { kind: 'Warehouse', name: 'w' } as const;
const REQUESTS: FreightRequest[] = [
  { origin: ORIGIN, sources: { direct: true } },
];

const FREIGHT: FreightReference[] = [
  {
    name: 'f1',
    origin: ORIGIN,
    commits: [{ repoURL: 'https://git/a.git', id: 'c1' }],
    images: [
      { repoURL: 'img', tag: 'first' },
      { repoURL: 'img', tag: 'second' },
    ],
    artifacts: [{ artifactType: 't', subscriptionName: 'named', version: '1' }],
  },
];

/** Evaluates with one requested Warehouse of such subscriptions; undefined means that there is none. */
function evaluate(
  source: string,
  subscriptions?: unknown[],
  tellMissing?: (sentence: string) => void,
): unknown {
  const lookups = new LookupTable();
  const found: Found | undefined = subscriptions && {
    kind: 'Warehouse',
    subscriptions: subscriptions as Subscription[],
  };
  lookups.add({ kind: 'Warehouse', name: 'w' }, found);
  return compile(source, { functions: FREIGHT_FUNCTIONS }).run(
    {},
    {
      host: {
        requests: REQUESTS,
        freight: FREIGHT,
        steps: [],
        lookups,
        tellMissing,
      },
    },
  );
}

const IMAGE = { image: { repoURL: 'img' } };

describe('functions over Freight', () => {
  it.each<[string, unknown[], unknown]>([
    ["imageFrom('img').Tag", [IMAGE], 'first'],
    ["imageFrom('other')", [IMAGE], null],
    ["commitFrom('git@git:a.git')", [{ git: { repoURL: 'x' } }], null],
    [
      "commitFrom('HTTPS://git/a/').ID",
      [{ git: { repoURL: 'https://git/a' } }],
      'c1',
    ],
    ["artifactFrom('named').Version", [{ name: 'named', npm: {} }], '1'],
    [
      "artifactFrom('named').Version",
      [
        { name: 'named', npm: {} },
        { name: 'other', npm: {} },
      ],
      '1',
    ],
    ["artifactFrom('other')", [{ name: 'named', npm: {} }], null],
    // Subscriptions of built-in kinds may have names, too.
    ["artifactFrom('named')", [{ name: 'named', ...IMAGE }], null],
    ["imageFrom('img', warehouse('w')).Tag", [], 'first'],
    ["imageFrom('img', warehouse('other'))", [IMAGE], null],
    ["chartFrom('c', warehouse('w'))", [], null],
  ])('%s', (source, subscriptions, expected) => {
    expect(evaluate(source, subscriptions)).toEqual(expected);
  });

  it.each<[string, unknown[], string[]]>([
    ["imageFrom('img')", [IMAGE], []],
    ["imageFrom('imgg')", [IMAGE], ['the Freight has no such image, only img']],
    [
      "commitFrom('https://git/b')",
      [{ git: { repoURL: 'https://git/b' } }],
      ['the Freight has no such commit, only https://git/a.git'],
    ],
    ["chartFrom('c', warehouse('w'))", [], ['the Freight has no chart']],
    [
      "imageFrom('img', warehouse('other'))",
      [],
      ['the Freight of this Warehouse has no image'],
    ],
    [
      "artifactFrom('x') ?? imageFrom('y', warehouse('w'))",
      [],
      [
        'the Freight has no such artifact, only named',
        'the Freight has no such image, only img',
      ],
    ],
  ])('%s tells what is missing', (source, subscriptions, sentences) => {
    const told: string[] = [];
    evaluate(source, subscriptions, sentence => told.push(sentence));
    expect(told).toEqual(sentences);
  });

  it.each<[string, string, unknown[] | undefined]>([
    ["imageFrom('img')", 'more than one', [IMAGE, IMAGE]],
    ["chartFrom('c')", 'no requested Warehouse', [IMAGE]],
    ["imageFrom('img')", "Warehouse 'w' does not exist", undefined],
    ["warehouse('')", 'must not be empty', []],
    ["chartFrom('c', '', warehouse('w'))", 'must not be empty', []],
  ])('%s fails: %s', (source, message, subscriptions) => {
    expect(() => evaluate(source, subscriptions)).toThrow(message);
  });
});
