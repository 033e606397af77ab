import {
  assertAcceptedPattern,
  assertAcceptedSize,
  compilePattern,
  findPrefixedPattern,
  findUnknownPrefix,
  MAX_CACHED_PATTERNS,
  MAX_PATTERN_LENGTH,
  parseNamePattern,
} from './boundedPattern';

describe('compilePattern', () => {
  it.each([
    ['b', 'abc', true, 'searches anywhere'],
    ['^b', 'abc', false, 'anchors where told to'],
    ['(?i)readme', 'README', true, 'knows inline flags'],
    ['\\Aabc\\z', 'abc', true, 'knows \\A and \\z'],
    ['\\s', '\u00a0', false, 'keeps \\s to ASCII'],
    ['a$', 'a\n', false, 'ends at the end only'],
    [
      '^v(?P<n>\\d+)$|^release-(?P<n>\\d+)$',
      'release-7',
      true,
      'lets two groups have one name',
    ],
    ['^(?<n>a)(?<n>b)$', 'ab', true, 'lets groups be named either way'],
    ['^[(?P<n>]$', '<', true, 'takes a name in brackets for characters'],
    ['^[[:digit:](?P<n>]$', '<', true, 'knows classes of characters'],
    ['\\(?P<n>', 'P<n>', true, 'takes an escaped parenthesis for one'],
    ['^\\Q(?P<n>\\E$', '(?P<n>', true, 'takes quoted text as it is'],
  ])('of %j on %j is %s: it %s', (pattern, text, expected) => {
    const { source, matches } = compilePattern(pattern);
    expect(matches(text)).toBe(expected);
    expect(source).toBe(pattern);
  });

  it.each([
    '(',
    '(?P<n',
    '(?P<a b>c)',
    '(?P<n>a',
    '(?=a)a',
    '(a)\\1',
    'x{1001}',
    '\\h',
    '[^]',
  ])('refuses %j', pattern => {
    expect(() => compilePattern(pattern, 'repoURL')).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining('repoURL: pattern'),
      }),
    );
  });

  it.each(['[', '[[:', '[[:a:]', '\\Q', '(?P<', '[^]', '\\'])(
    'reads %j over and over as fast as any other text',
    part => {
      const source = part.repeat(MAX_PATTERN_LENGTH / part.length);
      const started = process.cpuUsage();
      try {
        compilePattern(source);
      } catch {
        // Most of these are no patterns.
      }
      expect(process.cpuUsage(started).user / 1000).toBeLessThan(5_000);
    },
  );

  it('refuses a pattern that is too long', () => {
    expect(() => compilePattern('a'.repeat(MAX_PATTERN_LENGTH))).not.toThrow();
    expect(() => compilePattern('a'.repeat(MAX_PATTERN_LENGTH + 1))).toThrow(
      'is too long',
    );
  });

  it('refuses a short pattern that repeats into a large one', () => {
    expect(() => compilePattern('[0-9a-f]{1000}')).not.toThrow();
    for (const source of [
      '(?:a{1000})'.repeat(300),
      `(?:${'a'.repeat(500)}){1000}`,
      '(?i)[Ā-𞥃]'.repeat(3),
    ]) {
      expect(() => compilePattern(source)).toThrow('repeats too much');
    }
  });

  it.each([
    ['[a-z0-9./-]{1,1000}', 'regex:[a-z0-9./-]{1,1000}'],
    ['[a-z0-9./-]{1,1000}', 'regexp:[a-z0-9./-]{1,1000}'],
  ])('compiles %s, which was accepted once', (regex, pattern) => {
    expect(compilePattern(regex).matches('a')).toBe(true);
    expect(parseNamePattern(pattern).matches('a')).toBe(true);
    expect(() => assertAcceptedSize(regex)).toThrow('repeats too much');
    expect(() => assertAcceptedPattern(pattern)).toThrow('repeats too much');
  });

  it.each([
    '[a-z]{1000}',
    'regex:[a-z]{1000}',
    '[a-z0-9./-]{1,1000}',
    'glob:*',
  ])('accepts %s as a pattern for names', pattern => {
    expect(() => assertAcceptedPattern(pattern)).not.toThrow();
  });

  it('still works for patterns that its cache has dropped', () => {
    const first = compilePattern('first-0$');
    for (let i = 0; i <= MAX_CACHED_PATTERNS; i++)
      compilePattern(`first-${i}$`);
    expect(first.matches('first-0')).toBe(true);
    expect(compilePattern('first-0$').matches('first-0')).toBe(true);
  });
});

describe('parseNamePattern', () => {
  it.each([
    ['prod', 'prod', true],
    ['prod', 'prod-eu', false],
    ['prod*', 'prod-eu', false],
    ['foo:bar', 'foo:bar', true],
    ['glob:prod-*', 'prod-eu', true],
    ['glob:prod-*', 'my-prod-eu', false],
    ['regex:prod', 'my-prod-eu', true],
    ['regexp:^prod', 'my-prod-eu', false],
    ['regex:', 'anything', true],
  ])('%j names %j: %s', (pattern, name, expected) => {
    expect(parseNamePattern(pattern).matches(name)).toBe(expected);
  });

  it.each(['glob:[', 'glob:{a', 'regex:(', 'regexp:(?!a)'])(
    'refuses %j',
    text => {
      expect(() => parseNamePattern(text)).toThrow(
        expect.objectContaining({ name: 'InputError' }),
      );
    },
  );

  it('keeps the whole text as the source', () => {
    expect(findPrefixedPattern('regex:a')?.source).toBe('regex:a');
    expect(findPrefixedPattern('glob:a')?.source).toBe('glob:a');
    expect(findPrefixedPattern('a')).toBeUndefined();
  });
});

describe('findUnknownPrefix', () => {
  it.each([
    ['prod', undefined],
    ['glob:prod-*', undefined],
    ['regex:a:b', undefined],
    ['regexp:a', undefined],
    ['foo:bar', 'foo:'],
    [':bar', ':'],
    ['Regex:bar', 'Regex:'],
  ])('of %j is %j', (text, prefix) => {
    expect(findUnknownPrefix(text)).toBe(prefix);
  });
});

// An engine that backtracks would not come to an end here.
describe('hostile patterns', () => {
  const long = 'a'.repeat(20_000);
  it.each([
    ['(a+)+$', `${long}!`],
    ['(a|a)*b', long],
    ['(.*)*=', long],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', long],
  ])('%j on 20 KB ends', (pattern, text) => {
    expect(compilePattern(pattern).matches(text)).toBe(false);
  });

  it.each([
    ['stars', `glob:${'*a'.repeat(2000)}b`, long],
    ['components', `glob:${'**/a/'.repeat(800)}b`, 'a/'.repeat(10_000)],
    [
      'components and stars',
      `glob:**/${'*a/'.repeat(1300)}b`,
      'aa/'.repeat(6_666),
    ],
    ['alternatives', `glob:${'{a,b}'.repeat(9)}*c`, long],
  ])('a glob of many %s on 20 KB ends', (_name, pattern, text) => {
    expect(parseNamePattern(pattern).matches(text)).toBe(false);
  });

  it('refuses a glob whose alternatives multiply', () => {
    for (const group of ['{a,b}', '{,}']) {
      expect(() => parseNamePattern(`glob:${group.repeat(40)}`)).toThrow(
        'has too many alternatives',
      );
    }
  });
});
