import { InputError } from '@backstage/errors';
import { Considered, ImageSubscription } from 'backstage-plugin-kargo-common';
import { findLeftOutTag } from '../../../logic/selection/leftOutTag';
import { sortLexical } from '../../../logic/selection/lexical';
import { selectSemverTags } from '../../../logic/selection/semverTags';
import { isSignatureTag } from '../../../logic/selection/signatureTags';
import { compileTagPatterns } from '../../../logic/selection/tagPatterns';
import { filterInSlices, Slices } from '../../../logic/slices';

/** Whether tags are taken as not moving, by the operator; see `docs/reference/subscriptions/image.md`. */
export type CacheByTagPolicy = 'Allow' | 'Forbid' | 'Require' | 'Force';

/**
 * Refuses what discovery could not carry out.
 *
 * @throws InputError naming the field and what to write instead.
 */
export function checkConfig(
  config: ImageSubscription,
  policy: CacheByTagPolicy,
): void {
  const { repoURL, imageSelectionStrategy: strategy } = config;
  if (config.allowTags) {
    throw new InputError(
      `image ${repoURL}: allowTags is no longer supported; write allowTagsRegexes: ['${config.allowTags}'] instead`,
    );
  }
  if (config.ignoreTags?.length) {
    throw new InputError(
      `image ${repoURL}: ignoreTags is no longer supported; write ignoreTagsRegexes with a pattern like '^${config.ignoreTags[0]}$' instead`,
    );
  }
  if (strategy === 'Digest' && !config.constraint) {
    throw new InputError(
      `image ${repoURL}: the Digest strategy needs a constraint, the tag to follow`,
    );
  }
  if (policy === 'Require' && strategy !== 'Digest' && !config.cacheByTag) {
    throw new InputError(
      `image ${repoURL}: this portal requires cacheByTag: true`,
    );
  }
}

/** Whether tags that were seen before are taken to point where they did. */
export function isCachedByTag(
  config: ImageSubscription,
  policy: CacheByTagPolicy,
): boolean {
  // Differs: upstream's Require lets a Digest subscription in and then fails it.
  if (config.imageSelectionStrategy === 'Digest' || policy === 'Forbid') {
    return false;
  }
  return policy === 'Force' || config.cacheByTag === true;
}

/**
 * The tags that a strategy considers: best first for SemVer and Lexical; in no order for
 * NewestBuild, which has to look at all of them.
 *
 * @throws InputError when a pattern or the constraint cannot be read.
 */
export function* selectCandidates(
  config: ImageSubscription,
  tags: readonly string[],
): Slices<string[]> {
  const isWanted = compileTagPatterns(config);
  // Differs: upstream selects the newest signature as the newest image.
  const accepted = yield* filterInSlices(
    tags,
    tag => !isSignatureTag(tag) && isWanted(tag),
  );
  switch (config.imageSelectionStrategy) {
    case 'SemVer':
      return yield* selectSemverTags(accepted, {
        constraint: config.constraint,
        strict: config.strictSemvers,
      });
    case 'Lexical':
      return yield* sortLexical(accepted);
    case 'NewestBuild':
      return accepted;
    default:
      return config.constraint ? [config.constraint] : [];
  }
}

/**
 * What there was to choose from, and why the newest of it was not chosen. Which is newest
 * only SemVer and Lexical tell by the names alone.
 *
 * @param chosen - the best tag that was taken
 */
export function* considerTags(
  config: ImageSubscription,
  tags: readonly string[],
  chosen: string | undefined,
): Slices<Considered | undefined> {
  const { constraint, strictSemvers: strict, platform } = config;
  const images = yield* filterInSlices(tags, tag => !isSignatureTag(tag));
  const considered = { count: images.length, unit: 'tags' as const };
  switch (config.imageSelectionStrategy) {
    case 'Digest':
      return undefined;
    case 'NewestBuild':
      return considered;
    default: {
      const leftOut = yield* findLeftOutTag(images, chosen, {
        ...config,
        ...(config.imageSelectionStrategy === 'SemVer' && {
          semver: { field: 'constraint', constraint, strict },
        }),
        otherwise: platform && `platform ${platform}`,
      });
      return { ...considered, ...(leftOut && { leftOut }) };
    }
  }
}
