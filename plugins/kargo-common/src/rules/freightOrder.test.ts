import { Freight } from '../model/Freight';
import {
  compareNewestFreight,
  discoveryTime,
  freightBetween,
  freightOrderKey,
  sortNewestFirst,
} from './freightOrder';

function aFreight(name: string, minute: number, warehouse = 'web'): Freight {
  const time = new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString();
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Freight',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-03-01T00:00:00Z',
    },
    discoveredAt: time,
    origin: { kind: 'Warehouse', name: warehouse },
  };
}

const all = [
  aFreight('a', 1),
  aFreight('b', 2),
  aFreight('c', 2),
  aFreight('x', 2, 'other'),
  aFreight('d', 3),
  aFreight('e', 4),
];
const [a, , , x, d, e] = all;

function discovered(
  name: string,
  discoveredAt: string,
  content: Partial<Freight> = {},
): Freight {
  return { ...aFreight(name, 0), discoveredAt, ...content };
}

const image = (tag: string, repoURL = 'ghcr.io/acme/web') => ({
  images: [{ repoURL, tag }],
});

describe('compareNewestFreight', () => {
  const AT = '2026-05-01T10:00:00Z';

  // Names run against the order, so that no case passes by them.
  it.each<[string, Freight[]]>([
    [
      'what was discovered later is newer',
      [discovered('b', AT), discovered('a', '2026-05-01T10:00:01Z')],
    ],
    [
      'times are compared as moments, not as text',
      [
        discovered('b', '2026-05-01T10:00:00+09:00'),
        discovered('a', '2026-05-01T05:00:00Z'),
      ],
    ],
    [
      'within a second the higher version is newer',
      [
        discovered('d', AT, image('1.9.0')),
        discovered('c', AT, image('1.10.0-rc.1')),
        discovered('b', AT, image('1.10.0')),
        discovered('a', AT, image('2.0.0')),
      ],
    ],
    [
      'versions of charts, tags of commits and other artifacts count too',
      [
        discovered('d', AT, {
          charts: [
            { repoURL: 'https://charts', name: 'web', version: '1.2.0' },
          ],
        }),
        discovered('c', AT, {
          charts: [
            { repoURL: 'https://charts', name: 'web', version: '1.12.0' },
          ],
        }),
        discovered('b', AT, {
          commits: [{ repoURL: 'x', id: '0', tag: 'v2' }],
        }),
        discovered('a', AT, {
          artifacts: [
            { artifactType: 'npm', subscriptionName: 'x', version: '3.0.0' },
          ],
        }),
      ],
    ],
    [
      'artifacts are compared with their like, in whatever order they are listed',
      [
        discovered('b', AT, {
          images: [
            { repoURL: 'one', tag: '1.0.0' },
            { repoURL: 'two', tag: '9.0.0' },
          ],
        }),
        discovered('a', AT, {
          images: [
            { repoURL: 'two', tag: '1.0.0' },
            { repoURL: 'one', tag: '2.0.0' },
          ],
        }),
      ],
    ],
    [
      'of equal versions what arrived later is newer',
      [
        discovered('c', AT, image('1.0.0')),
        discovered('b', '2026-05-01T10:00:00.001Z', image('1.0.0')),
        discovered('a', '2026-05-01T10:00:00.002Z', image('1.0.0')),
      ],
    ],
    [
      'without a time of discovery the creation counts',
      [
        { ...discovered('b', AT), discoveredAt: undefined },
        discovered('a', '2026-03-01T00:00:01Z'),
      ],
    ],
  ])('%s', (_, oldestFirst) => {
    const newestFirst = [...oldestFirst].reverse();
    for (const order of [oldestFirst, newestFirst]) {
      expect([...order].sort(compareNewestFreight)).toEqual(newestFirst);
    }
  });

  it('orders what is equal in everything by name, for pages', () => {
    const pair = [discovered('a', AT), discovered('b', AT)];
    expect(pair.sort(compareNewestFreight).map(f => f.metadata.name)).toEqual([
      'b',
      'a',
    ]);
  });

  it('looks at each once to sort many', () => {
    const looks: string[] = [];
    const many = Array.from({ length: 200 }, (_, index) => {
      const name = `f${(index * 77) % 200}`;
      const item = discovered(name, AT, image(`1.0.${(index * 77) % 200}`));
      return Object.defineProperty(item, 'discoveredAt', {
        get: () => {
          looks.push(name);
          return AT;
        },
      });
    });
    const sorted = sortNewestFirst(many).map(({ metadata }) => metadata.name);
    expect(sorted).toEqual(sorted.map((_, index) => `f${199 - index}`));
    expect(looks).toHaveLength(many.length);
  });

  it('sorts a time that cannot be read first instead of failing', () => {
    expect(freightOrderKey(discovered('a', 'soon'))).toContain('1970');
  });
});

describe('discoveryTime', () => {
  const now = Date.parse('2026-05-01T10:00:00.700Z');

  it.each<[string, string | undefined, string]>([
    ['nothing arrived before', undefined, '2026-05-01T10:00:00Z'],
    ['the last came earlier', '2026-05-01T09:59:59Z', '2026-05-01T10:00:00Z'],
    [
      'the last came in the same second',
      '2026-05-01T10:00:00Z',
      '2026-05-01T10:00:00.001Z',
    ],
    [
      'and another one did',
      '2026-05-01T10:00:00.001Z',
      '2026-05-01T10:00:00.002Z',
    ],
    [
      'the last came by a clock that is ahead',
      '2026-05-01T10:00:07Z',
      '2026-05-01T10:00:07.001Z',
    ],
    [
      'somebody dated the last far into the future',
      '2031-01-01T00:00:00Z',
      '2026-05-01T10:00:00Z',
    ],
  ])('%s', (_, before, expected) => {
    const newest = before ? discovered('a', before) : undefined;
    expect(discoveryTime(newest, now)).toBe(expected);
  });
});

describe('freightBetween', () => {
  it.each<[string, Freight, Freight, string[]]>([
    ['what a promotion forward passes over', a, e, ['d', 'c', 'b']],
    ['the same for the way back', e, a, ['d', 'c', 'b']],
    ['nothing between neighbours', d, e, []],
    ['nothing between Freight of different origins', x, e, []],
    ['nothing between Freight and itself', d, d, []],
  ])('finds %s', (_, one, other, names) => {
    expect(freightBetween(all, one, other).map(f => f.metadata.name)).toEqual(
      names,
    );
  });
});
