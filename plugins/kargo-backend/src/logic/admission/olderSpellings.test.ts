import { inOneTurn } from '../../testing/inOneTurn';
import { readOlderSpellings } from './olderSpellings';

const readAtOnce = (...given: Parameters<typeof readOlderSpellings>) =>
  inOneTurn(readOlderSpellings(...given));

function aWarehouse(...subscriptions: unknown[]) {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Warehouse',
    metadata: { name: 'web' },
    spec: { interval: '5m', subscriptions },
  };
}

describe('readOlderSpellings', () => {
  it.each<[string, string, unknown, string, unknown]>([
    ['image', 'semverConstraint', '^1.0.0', 'constraint', '^1.0.0'],
    ['git', 'constraint', '^1.0.0', 'semverConstraint', '^1.0.0'],
    ['chart', 'constraint', '^1.0.0', 'semverConstraint', '^1.0.0'],
    ['image', 'allowTags', '^v?1', 'allowTagsRegexes', ['^v?1']],
    ['git', 'allowTags', '', 'allowTagsRegexes', []],
    ['git', 'ignoreTags', ['1.0'], 'ignoreTagsRegexes', ['^1\\.0$']],
    [
      'image',
      'ignoreTags',
      ['a+b', 'c'],
      'ignoreTagsRegexes',
      ['^a\\+b$', '^c$'],
    ],
    ['image', 'ignoreTags', 'a', 'ignoreTagsRegexes', ['a']],
  ])(
    'reads the %s field %s (%j) as %s, and says so',
    (type, older, value, newer, modern) => {
      const read = readAtOnce(
        aWarehouse({ name: 'a', [type]: { repoURL: 'x', [older]: value } }),
        'Warehouse',
      );
      expect(read).toEqual({
        manifest: aWarehouse({
          name: 'a',
          [type]: { repoURL: 'x', [newer]: modern },
        }),
        warnings: [
          `spec.subscriptions[0].${type}.${older}: this is the name that "${newer}" had in older releases; it is read as that`,
        ],
        problems: [],
      });
    },
  );

  it('takes an older field that is null for one that is not there', () => {
    expect(
      readAtOnce(
        aWarehouse({ image: { repoURL: 'x', allowTags: null } }),
        'Warehouse',
      ),
    ).toEqual({
      manifest: aWarehouse({ image: { repoURL: 'x' } }),
      warnings: [],
      problems: [],
    });
  });

  it('leaves it to the author which of two names counts', () => {
    const both = { repoURL: 'x', semverConstraint: '^1', constraint: '^2' };
    const { problems } = readAtOnce(
      aWarehouse({}, { image: both }),
      'Warehouse',
    );
    expect(problems).toEqual([
      {
        path: 'spec.subscriptions[1].image.semverConstraint',
        found: 'the older name of "constraint" beside it',
        expected: 'only "constraint"',
      },
    ]);
  });

  it.each<[string, unknown]>([
    ['what is written in the words of today', aWarehouse({ git: { a: 1 } })],
    ['what is no subscription', aWarehouse(null, 'x', { image: [] })],
    ['subscriptions that are no list', { spec: { subscriptions: 'x' } }],
    ['a manifest without a spec', {}],
  ])('leaves alone %s', (_, manifest) => {
    expect(readAtOnce(manifest, 'Warehouse')).toEqual({
      manifest,
      warnings: [],
      problems: [],
    });
  });
});
