import { InputError } from '@backstage/errors';
import {
  Considered,
  DiscoveredCommit,
  GitSubscription,
} from 'backstage-plugin-kargo-common';
import { cleanPath } from '../../../logic/selection/cleanPath';
import { cutSubject } from '../../../logic/selection/commitText';
import { readVerdict } from '../../../logic/selection/filterVerdict';
import { compileGitTagFilter } from '../../../logic/selection/gitTags';
import { findInstant, formatInstant } from '../../../logic/selection/instant';
import { findLeftOutTag } from '../../../logic/selection/leftOutTag';
import { sortLexical } from '../../../logic/selection/lexical';
import { compilePathFilter } from '../../../logic/selection/pathFilters';
import { selectSemverTags } from '../../../logic/selection/semverTags';
import { TagFilter } from '../../../logic/selection/tagPatterns';
import { Slices } from '../../../logic/slices';
import { HistoryCommit, HistoryTag } from '../../../ports/GitClient';

/** A compiled `expressionFilter`; throws `InputError` when it cannot be evaluated. */
export interface CommitExpression {
  /** Whether the result may change although the commit does not. */
  readonly usesClock: boolean;
  evaluateCommit(commit: HistoryCommit, now: number): unknown;
  evaluateTag(tag: HistoryTag, now: number): unknown;
}

/** Compiles an `expressionFilter`; throws `InputError` when it is not an expression. */
export type CompileCommitFilter = (source: string) => CommitExpression;

/** What a git subscription asks of commits and tags, compiled. */
export interface GitSelection {
  readonly limit: number;
  /** Whether commits that the walk finds may be left out at all. */
  readonly isFiltered: boolean;
  readonly needsPaths: boolean;
  /** Files and directories outside of which no path can count; absent when any may. */
  readonly under?: string[];
  /** Whether equal refs may yet select differently. */
  readonly usesClock: boolean;
  acceptsTagName: TagFilter;
  acceptsCommit(commit: HistoryCommit, now: number): boolean;
  acceptsTag(tag: HistoryTag, now: number): boolean;
  acceptsPaths(paths: readonly string[]): Slices<boolean>;
}

/**
 * Compiles the selection of a git subscription.
 *
 * @throws `InputError` naming the field that is not valid.
 */
export function compileGitSelection(
  config: GitSubscription,
  compileFilter: CompileCommitFilter,
): GitSelection {
  refuseRemovedFields(config);
  const filter = config.expressionFilter
    ? compileFilter(config.expressionFilter)
    : undefined;
  const paths = compilePathFilter(config);
  return {
    limit: config.discoveryLimit,
    isFiltered: filter !== undefined || !paths.isEmpty,
    needsPaths: !paths.isEmpty,
    under: findBases(config.includePaths ?? []),
    usesClock: filter?.usesClock ?? false,
    acceptsTagName: compileGitTagFilter(config),
    acceptsCommit: (commit, now) =>
      !filter || readFilterVerdict(filter.evaluateCommit(commit, now)),
    acceptsTag: (tag, now) =>
      !filter || readFilterVerdict(filter.evaluateTag(tag, now)),
    acceptsPaths: touched => paths.judge(touched),
  };
}

function readFilterVerdict(result: unknown): boolean {
  try {
    return readVerdict(result);
  } catch (error) {
    throw new InputError(`expressionFilter: ${(error as Error).message}`);
  }
}

function refuseRemovedFields(config: GitSubscription): void {
  if (config.allowTags) {
    throw new InputError('allowTags was removed; use allowTagsRegexes');
  }
  if (config.ignoreTags?.length) {
    throw new InputError('ignoreTags was removed; use ignoreTagsRegexes');
  }
}

function versionsOf(config: GitSubscription) {
  return {
    constraint: config.semverConstraint,
    strict: config.strictSemvers,
  };
}

/**
 * The directories and files outside of which no include selector matches, for git to look
 * nowhere else. Selectors decide again afterwards: they take fewer paths than git finds.
 */
export function findBases(selectors: readonly string[]): string[] | undefined {
  const bases = selectors.map(findBase);
  const narrowed = bases.flatMap(base => base ?? []);
  return narrowed.length === 0 || bases.includes(undefined)
    ? undefined
    : narrowed;
}

/** Nothing for a selector that no path can match, `undefined` for one that any may. */
function findBase(selector: string): string[] | undefined {
  if (/^regexp?:/.test(selector)) {
    return undefined;
  }
  if (selector.startsWith('glob:')) {
    return findGlobBase(selector.slice('glob:'.length));
  }
  const base = cleanPath(selector);
  if (base === '.') {
    return undefined;
  }
  // Nothing in a repository is above its root or has an absolute path.
  return /^(\/|\.\.(\/|$))/.test(base) ? [] : [base];
}

/** The components before the first that is more than plain text. */
function findGlobBase(glob: string): string[] | undefined {
  const components = glob.split('/');
  const end = components.findIndex(text => /[*?[\]{}\\]/.test(text));
  const plain = components.slice(0, end < 0 ? components.length : end);
  const isOrdinary = plain.every(text => !['', '.', '..'].includes(text));
  return plain.length > 0 && isOrdinary ? [plain.join('/')] : undefined;
}

/** Sorts tag names best first, for the strategies that decide by the name alone. */
export function sortTagNames(
  names: readonly string[],
  config: GitSubscription,
): Slices<string[]> {
  return config.commitSelectionStrategy === 'SemVer'
    ? selectSemverTags(names, versionsOf(config))
    : sortLexical(names);
}

/**
 * What tags there were to choose from, and why the newest was not chosen. Which is newest
 * only SemVer and Lexical tell by the names alone.
 *
 * @param chosen - the best tag that was taken
 */
export function* considerTags(
  config: GitSubscription,
  names: readonly string[],
  chosen: string | undefined,
): Slices<Considered> {
  const considered = { count: names.length, unit: 'tags' as const };
  if (config.commitSelectionStrategy === 'NewestTag') {
    return considered;
  }
  const leftOut = yield* findLeftOutTag(names, chosen, {
    ...config,
    ...(config.commitSelectionStrategy === 'SemVer' && {
      semver: { field: 'semverConstraint', ...versionsOf(config) },
    }),
    otherwise: whatElseFilters(config),
  });
  return { ...considered, ...(leftOut && { leftOut }) };
}

/** What may leave out a tag although its name is fine. */
function whatElseFilters(config: GitSubscription): string | undefined {
  const { expressionFilter, includePaths = [], excludePaths = [] } = config;
  const hasPaths = includePaths.length + excludePaths.length > 0;
  return (
    [
      ...(expressionFilter ? ['expressionFilter'] : []),
      ...(hasPaths ? ['includePaths and excludePaths'] : []),
    ].join(' or ') || undefined
  );
}

/** A commit of a branch as discovery reports it; `branch` as the subscription names it, if it does. */
export function toDiscoveredCommit(
  commit: HistoryCommit,
  branch: string | undefined,
): DiscoveredCommit {
  return {
    id: commit.id,
    ...(branch && { branch }),
    subject: cutSubject(commit.subject),
    author: commit.author,
    committer: commit.committer,
    ...dateOf(commit.commitDate),
  };
}

/** A tag as discovery reports it. */
export function toDiscoveredTag(tag: HistoryTag): DiscoveredCommit {
  return {
    id: tag.id,
    tag: tag.tag,
    subject: cutSubject(tag.subject),
    author: tag.author,
    committer: tag.committer,
    ...dateOf(tag.creatorDate),
  };
}

function dateOf(text: string): { creatorDate?: string } {
  const instant = findInstant(text);
  return instant === undefined ? {} : { creatorDate: formatInstant(instant) };
}
