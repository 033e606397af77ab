import { RE2JS } from 're2js';
import { estimateRegexSize } from './regexSize';

describe('estimateRegexSize', () => {
  it.each([
    '^v?[0-9]+\\.[0-9]+$',
    'main-[0-9a-f]{40}',
    '(a|b|c){100}',
    '(?:abc){1000}',
    '(?:a{10}b){100}',
    '(?:a{30}){30}',
    'a{3,}b{2,500}',
    'a{0}',
    '[^]{2}]{500}',
    '[[:alpha:]\\]{9}]{500}',
    '[a-c{9}]{500}',
    '\\Qa{9}(\\E{500}',
    '\\p{Greek}{500}',
    '\\x{e9}{500}',
    '\\({500}',
    '(?i)(?P<name>x){500}',
    'x{,900}',
    'a+?b*?',
    '((((((((a*)*)*)*)*)*)*)*)*',
    '(?:a*b){300}',
  ])('of %j is about what it compiles to', source => {
    const estimate = estimateRegexSize(source);
    const actual = RE2JS.compile(source).programSize();
    expect(estimate).toBeGreaterThanOrEqual(actual / 3);
    expect(estimate).toBeLessThanOrEqual(actual * 5 + 30);
  });

  it.each(['(', ')', ')))', '[', '{5}', '\\', '\\Q', ''])(
    'does not mind %j, which is incomplete',
    source => {
      expect(estimateRegexSize(source)).toBeLessThanOrEqual(10);
    },
  );
});
