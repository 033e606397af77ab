import { ANNOTATIONS, FINALIZER, LABELS } from 'backstage-plugin-kargo-common';
import {
  admitAnnotations,
  admitFinalizers,
  admitLabels,
  ENGINE_ANNOTATIONS,
  newRequests,
} from './engineMetadata';

const ACTOR = 'user:default/jo';
const { abort, createActor, reverify, refresh } = ANNOTATIONS;
const BY_BOSS = '{"action":"terminate","actor":"user:default/the-boss"}';
const BY_JO = '{"action":"terminate","actor":"user:default/jo"}';

/** Annotations that belong to whoever writes the manifest. */
const USERS = [
  ANNOTATIONS.authorizedStage,
  ANNOTATIONS.keepNamespace,
  ANNOTATIONS.description,
  ANNOTATIONS.color,
  ANNOTATIONS.entities,
  ANNOTATIONS.githubTokenScopes,
  ANNOTATIONS.replicateTo,
  ANNOTATIONS.managed,
  ANNOTATIONS.claims,
  ANNOTATIONS.serviceAccountName,
  ANNOTATIONS.notify,
];

type Texts = Record<string, string> | undefined;

it('leaves no annotation of Kargo without an owner', () => {
  expect([...ENGINE_ANNOTATIONS, ...USERS].sort()).toEqual(
    Object.values(ANNOTATIONS).sort(),
  );
});

describe('admitAnnotations', () => {
  it.each<[string, string, Texts, Texts, Texts]>([
    ["a user's own", 'Stage', { a: '1' }, undefined, { a: '1' }],
    ["a user's own, changed", 'Stage', { a: '2' }, { a: '1' }, { a: '2' }],
    ["a user's own, taken away", 'Stage', {}, { a: '1' }, {}],
    [
      'an abort in the name of somebody else',
      'Promotion',
      { [abort]: BY_BOSS },
      {},
      { [abort]: BY_JO },
    ],
    [
      'an abort as a word',
      'Promotion',
      { [abort]: 'terminate' },
      {},
      { [abort]: BY_JO },
    ],
    [
      'an abort that somebody asked for already',
      'Promotion',
      { [abort]: 'terminate' },
      { [abort]: BY_BOSS },
      { [abort]: BY_BOSS },
    ],
    [
      'an abort that is left out cannot be taken back',
      'Promotion',
      {},
      { [abort]: BY_BOSS },
      { [abort]: BY_BOSS },
    ],
    [
      'another request than to terminate',
      'Promotion',
      { [abort]: '{"action":"pause"}' },
      {},
      {},
    ],
    [
      'a new Promotion that is to be aborted',
      'Promotion',
      { [abort]: 'terminate' },
      undefined,
      {},
    ],
    [
      'a verification that is asked for',
      'Stage',
      { [reverify]: 'v1' },
      {},
      { [reverify]: '{"id":"v1","actor":"user:default/jo"}' },
    ],
    [
      'a verification as if the control plane asked for it',
      'Stage',
      { [reverify]: '{"id":"v1","controlPlane":true,"actor":"x"}' },
      {},
      { [reverify]: '{"id":"v1","actor":"user:default/jo"}' },
    ],
    [
      'the same verification again',
      'Stage',
      { [reverify]: 'v1' },
      { [reverify]: '{"id":"v1","actor":"x"}' },
      { [reverify]: '{"id":"v1","actor":"x"}' },
    ],
    [
      'an abort where nothing can be aborted',
      'Warehouse',
      { [abort]: 'terminate' },
      {},
      {},
    ],
    ...ENGINE_ANNOTATIONS.filter(
      name => name !== abort && name !== reverify,
    ).flatMap<[string, string, Texts, Texts, Texts]>(name => [
      [`${name} of something new`, 'Promotion', { [name]: 'x' }, undefined, {}],
      [`${name} of something stored`, 'Project', { [name]: 'x' }, {}, {}],
      [
        `another ${name}`,
        'Stage',
        { [name]: 'x' },
        { [name]: 'y' },
        { [name]: 'y' },
      ],
      [`no ${name}`, 'Promotion', undefined, { [name]: 'y' }, { [name]: 'y' }],
    ]),
  ])('%s', (_, kind, given, stored, expected) => {
    expect(admitAnnotations(kind, given, stored, ACTOR)).toEqual(expected);
  });
});

describe('newRequests', () => {
  it.each<[string, string, Texts, Texts, string[]]>([
    ['an abort', 'Promotion', { [abort]: 'terminate' }, {}, [abort]],
    ['no abort', 'Promotion', { a: 'b' }, {}, []],
    [
      'an abort again',
      'Promotion',
      { [abort]: BY_JO },
      { [abort]: BY_BOSS },
      [],
    ],
    [
      'two requests',
      'Stage',
      { [abort]: 'v1', [reverify]: 'v2' },
      { [abort]: 'v0' },
      [reverify, abort],
    ],
    ['a refresh', 'Stage', { [refresh]: 'now' }, {}, []],
    ['a maker', 'Promotion', { [createActor]: 'x' }, {}, []],
    ['what every object inherits', 'toString', { [abort]: 'x' }, {}, []],
  ])('%s', (_, kind, given, stored, expected) => {
    expect(Object.keys(newRequests(kind, given, stored))).toEqual(expected);
  });
});

describe('admitLabels', () => {
  it("takes the user's and keeps the engine's", () => {
    expect(
      admitLabels(
        { tier: 'prod', [LABELS.stage]: 'forged' },
        { tier: 'test', old: 'x', [LABELS.stage]: 'test' },
      ),
    ).toEqual({ tier: 'prod', [LABELS.stage]: 'test' });
  });
});

describe('admitFinalizers', () => {
  const OTHER = 'example.com/hold';
  it.each<
    [string, string[] | undefined, string[] | undefined, boolean, string[]]
  >([
    [
      'a new one that is cleaned up after',
      undefined,
      undefined,
      true,
      [FINALIZER],
    ],
    ['a new one that is not', [FINALIZER], undefined, false, []],
    [
      "somebody else's of a new one",
      [OTHER],
      undefined,
      true,
      [OTHER, FINALIZER],
    ],
    [
      'what a manifest says nothing about',
      undefined,
      [OTHER, FINALIZER],
      true,
      [OTHER, FINALIZER],
    ],
    ["somebody else's, taken away", [], [OTHER, FINALIZER], true, [FINALIZER]],
    ['ours, taken away', [OTHER], [OTHER, FINALIZER], true, [OTHER, FINALIZER]],
    ['ours, asked for again while it is cleaned up', [FINALIZER], [], true, []],
  ])('%s', (_, given, stored, isCleanedUp, expected) => {
    expect(admitFinalizers(given, stored, isCleanedUp)).toEqual(expected);
  });
});
