import { inOneTurn } from '../../testing/inOneTurn';
import { sortLexical } from './lexical';
import {
  compileSemverTagFilter,
  findBestSemverTag,
  selectSemverTags,
} from './semverTags';
import { compileTagPatterns, TagPatterns } from './tagPatterns';

describe('compileTagPatterns', () => {
  it.each<[string, TagPatterns, string, string]>([
    ['takes all without patterns', {}, 'a b', 'b a'],
    [
      'takes what an allow pattern matches',
      { allowTagsRegexes: ['^main-'] },
      'main-1 main-2 dev-3',
      'main-2 main-1',
    ],
    [
      'takes what any allow pattern matches',
      { allowTagsRegexes: ['^a', '^b'] },
      'a b c',
      'b a',
    ],
    [
      'leaves what an ignore pattern matches',
      { ignoreTagsRegexes: ['\\.sig$'] },
      '1.0.0 sha256-0f0e.sig v1',
      'v1 1.0.0',
    ],
    [
      'lets ignore win, both searched anywhere',
      { allowTagsRegexes: ['prod'], ignoreTagsRegexes: ['rc'] },
      'rc-1 prod-1 prod-rc-2',
      'prod-1',
    ],
  ])('%s', (_name, patterns, tags, expected) => {
    const accepts = compileTagPatterns(patterns);
    const kept = tags.split(' ').filter(accepts);
    expect(inOneTurn(sortLexical(kept)).join(' ')).toBe(expected);
  });

  it('names the field of a pattern that does not compile', () => {
    expect(() => compileTagPatterns({ ignoreTagsRegexes: ['(?!x)'] })).toThrow(
      'ignoreTagsRegexes: pattern "(?!x)" is not a valid regular expression',
    );
  });
});

describe('selectSemverTags', () => {
  it.each([
    [
      'plain versions only',
      '^[0-9.]+$',
      '1.2.3-alpine 1.2.3 1.2.4-alpine',
      '1.2.3',
    ],
    [
      'all of them',
      '',
      '1.2.3-alpine 1.2.3 1.2.4-alpine',
      '1.2.4-alpine 1.2.3 1.2.3-alpine',
    ],
  ])('goes with tag patterns: %s', (_name, allow, tags, expected) => {
    const accepts = compileTagPatterns({ allowTagsRegexes: [allow] });
    const options = { constraint: '^1.2.3-0', strict: true };
    const kept = tags.split(' ').filter(accepts);
    const selected = inOneTurn(selectSemverTags(kept, options));
    expect(selected.join(' ')).toBe(expected);
    expect(inOneTurn(findBestSemverTag(kept, options))).toBe(selected[0]);
  });

  it.each([
    [undefined, '1.0.0-rc.1 0.9.0'],
    ['', '1.0.0-rc.1 0.9.0'],
    ['*', '0.9.0'],
  ])('treats no constraint unlike a wildcard (%j)', (constraint, expected) => {
    const tags = ['1.0.0-rc.1', '0.9.0', 'latest'];
    const selected = inOneTurn(
      selectSemverTags(tags, { constraint, strict: true }),
    );
    expect(selected.join(' ')).toBe(expected);
  });

  it('asks the same of a single tag', () => {
    const accepts = compileSemverTagFilter({ constraint: '^1', strict: true });
    expect(['v1.2.0', '2.0.0', '1', 'latest'].map(accepts)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
