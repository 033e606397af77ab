import type { LeftOut } from 'backstage-plugin-kargo-common';
import { Slices } from '../slices';
import { findLeftOut } from './leftOut';
import { findBestLexical } from './lexical';
import {
  compileSemverTagFilter,
  findBestSemverTag,
  SemverTagOptions,
} from './semverTags';
import { compileTagPatterns, TagPatterns } from './tagPatterns';

/** What a subscription asks of tags. */
export interface TagDemands extends TagPatterns {
  /** How it reads them as versions, and the field that holds the constraint; otherwise their order is lexical. */
  semver?: SemverTagOptions & { field: string };
  /** What else may leave one out, that names alone do not tell. */
  otherwise?: string;
}

/**
 * The newest of the tags that was left out, and why; nothing when the newest was taken.
 *
 * @param chosen - the best tag that was taken; absent when none was
 */
export function* findLeftOutTag(
  tags: readonly string[],
  chosen: string | undefined,
  { allowTagsRegexes, ignoreTagsRegexes, semver, otherwise }: TagDemands,
): Slices<LeftOut | undefined> {
  const newest = semver
    ? yield* findBestSemverTag(tags, { strict: semver.strict })
    : yield* findBestLexical(tags);
  return findLeftOut(
    newest,
    chosen,
    [
      {
        name: 'allowTagsRegexes',
        accepts: compileTagPatterns({ allowTagsRegexes }),
      },
      {
        name: 'ignoreTagsRegexes',
        accepts: compileTagPatterns({ ignoreTagsRegexes }),
      },
      ...(semver?.constraint
        ? [
            {
              name: `${semver.field} ${semver.constraint}`,
              accepts: compileSemverTagFilter(semver),
            },
          ]
        : []),
    ],
    otherwise,
  );
}
