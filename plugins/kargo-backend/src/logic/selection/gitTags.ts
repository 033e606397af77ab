import { GitSubscription } from 'backstage-plugin-kargo-common';
import { compileSemverTagFilter } from './semverTags';
import { compileTagPatterns, TagFilter } from './tagPatterns';

/**
 * Compiles what a git subscription asks of the names of tags.
 *
 * @throws InputError when a pattern or the constraint is not valid
 */
export function compileGitTagFilter(config: GitSubscription): TagFilter {
  const matches = compileTagPatterns(config);
  if (config.commitSelectionStrategy !== 'SemVer') {
    return matches;
  }
  const isVersion = compileSemverTagFilter({
    constraint: config.semverConstraint,
    strict: config.strictSemvers,
  });
  return tag => matches(tag) && isVersion(tag);
}
