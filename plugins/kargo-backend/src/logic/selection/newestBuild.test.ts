import { inOneTurn } from '../../testing/inOneTurn';
import { findInstant, ZERO_INSTANT } from './instant';
import { sortNewestBuilds } from './newestBuild';

/** `tag@time`, or `tag@absent`. */
function build(text: string) {
  const [tag, time] = text.split('@');
  return { tag, createdAt: findInstant(time) ?? ZERO_INSTANT };
}

describe('sortNewestBuilds', () => {
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
    const sorted = inOneTurn(sortNewestBuilds(builds.split(' ').map(build)));
    expect(sorted.map(({ tag }) => tag).join(' ')).toBe(expected);
  });

  it('of nothing is nothing', () => {
    expect(inOneTurn(sortNewestBuilds([]))).toEqual([]);
  });
});
