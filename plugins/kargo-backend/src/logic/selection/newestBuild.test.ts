import { findInstant, ZERO_INSTANT } from './instant';
import { selectNewestBuilds } from './newestBuild';
import { keepFound, TagLookup } from './tagLookup';

/** `tag@time`, or `tag@absent`. */
function build(text: string) {
  const [tag, time] = text.split('@');
  return { tag, createdAt: findInstant(time) ?? ZERO_INSTANT };
}

describe('selectNewestBuilds', () => {
  it.each([
    [
      'newest first',
      'a@2024-01-01T00:00:00Z b@2024-03-01T00:00:00Z c@2024-02-01T00:00:00Z',
      'b c a',
    ],
    [
      'a tie goes to the greater tag',
      'a@2024-01-01T00:00:00Z b@2024-01-01T00:00:00Z',
      'b a',
    ],
    [
      'nanoseconds count',
      'a@2024-01-01T00:00:00.000000002Z b@2024-01-01T00:00:00.000000001Z',
      'a b',
    ],
    [
      'instants count, not their text',
      'a@2024-01-01T01:00:00+02:00 b@2023-12-31T23:30:00Z',
      'b a',
    ],
    ['no time is older than any', 'a@absent b@1970-01-01T00:00:00Z', 'b a'],
  ])('%s', (_name, builds, expected) => {
    const selected = selectNewestBuilds(builds.split(' ').map(build), 20);
    expect(selected.map(({ tag }) => tag).join(' ')).toBe(expected);
  });

  it('is cut at the limit, after other platforms are left out', () => {
    const lookups: TagLookup<ReturnType<typeof build>>[] = [
      { kind: 'other-platform' },
      { kind: 'found', image: build('c@2024-01-01T00:00:00Z') },
      { kind: 'found', image: build('b@2024-02-01T00:00:00Z') },
    ];
    const selected = selectNewestBuilds(keepFound(lookups, 20), 1);
    expect(selected.map(({ tag }) => tag)).toEqual(['b']);
  });

  it('of nothing is nothing', () => {
    expect(selectNewestBuilds([], 20)).toEqual([]);
  });
});

describe('keepFound', () => {
  const found = (image: string): TagLookup<string> => ({
    kind: 'found',
    image,
  });

  it.each<[string, TagLookup<string>[], number, string[]]>([
    ['the one image of a digest', [found('sha256:1')], 1, ['sha256:1']],
    ['nothing for a tag that is gone', [{ kind: 'gone' }], 1, []],
    ['nothing for another platform', [{ kind: 'other-platform' }], 1, []],
    [
      'the rest when one tag vanished',
      [{ kind: 'gone' }, found('a')],
      20,
      ['a'],
    ],
    [
      'at most the limit, in order',
      [found('a'), found('b'), found('c')],
      2,
      ['a', 'b'],
    ],
  ])('keeps %s', (_name, lookups, limit, expected) => {
    expect(keepFound(lookups, limit)).toEqual(expected);
  });
});
