import { withoutGroupNames } from './withoutGroupNames';

describe('withoutGroupNames', () => {
  it.each([
    ['^v(?P<n>[0-9]+)$|^r(?<n>[0-9]+)$', '^v([0-9]+)$|^r([0-9]+)$'],
    ['[(?P<n>]', '[(?P<n>]'],
    ['[]](?<n>a)', '[]](a)'],
    ['[[:alpha:]](?<n>a)', '[[:alpha:]](a)'],
    ['[\\]](?<n>a)', '[\\]](a)'],
    ['\\(?<n>a', '\\(?<n>a'],
    ['\\Q(?<n>\\E(?<n>a)', '\\Q(?<n>\\E(a)'],
    ['(?P<a b>c)', '(?P<a b>c)'],
    // What is malformed stays so.
    ['[(?<n>a)', '[(?<n>a)'],
    ['[a\\', '[a\\'],
    ['\\', '\\'],
  ])('makes of %j %j', (source, expected) => {
    expect(withoutGroupNames(source)).toBe(expected);
  });

  it.each(['[', '[^', '[\\', '[[:', '[[:a', '[[:a:]', '\\Q', '(?P<', '(?<a'])(
    'reads %j over and over in the time of any other text',
    part => {
      const source = part.repeat(150_000 / part.length);
      const started = process.cpuUsage();
      withoutGroupNames(source);
      expect(process.cpuUsage(started).user / 1000).toBeLessThan(60_000);
    },
  );
});
