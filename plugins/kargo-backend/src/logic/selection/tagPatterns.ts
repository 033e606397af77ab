import { compilePattern } from '../boundedPattern';

/** The regular expressions by which a subscription takes and leaves tags; all unanchored. */
export interface TagPatterns {
  allowTagsRegexes?: readonly string[];
  ignoreTagsRegexes?: readonly string[];
}

/** Decides whether one tag may be selected. */
export type TagFilter = (tag: string) => boolean;

/**
 * Compiles the tag patterns of a subscription into a filter: a tag that any ignore
 * pattern matches is out; without allow patterns every other tag is in; with them, one
 * has to match.
 *
 * @throws `InputError` naming the field and the pattern that is not valid.
 */
export function compileTagPatterns(patterns: TagPatterns): TagFilter {
  const allow = compileAll('allowTagsRegexes', patterns.allowTagsRegexes);
  const ignore = compileAll('ignoreTagsRegexes', patterns.ignoreTagsRegexes);
  return tag => {
    if (ignore.some(pattern => pattern.matches(tag))) return false;
    return allow.length === 0 || allow.some(pattern => pattern.matches(tag));
  };
}

function compileAll(field: string, patterns: readonly string[] = []) {
  return patterns.map(pattern => compilePattern(pattern, field));
}
