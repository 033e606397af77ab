import { InputError } from '@backstage/errors';
import {
  compile,
  isExpressionError,
  Location,
  Program,
  Time,
  Value,
} from 'backstage-plugin-kargo-expr';

/** What an `expressionFilter` can ask about a commit of a branch. */
export interface FilteredCommit {
  id: string;
  /** RFC 3339; the zone is kept. */
  commitDate: string;
  author: string;
  committer: string;
  subject: string;
}

/** What an `expressionFilter` can ask about a tag. */
export interface FilteredTag {
  tag: string;
  id: string;
  /** RFC 3339; the zone is kept. */
  creatorDate: string;
  author: string;
  committer: string;
  subject: string;
  /** Absent for lightweight tags, like `annotation`; the expression sees empty texts. */
  tagger?: string;
  annotation?: string;
}

/** A compiled `expressionFilter`; its results are yet to be read as yes or no. */
export interface CommitExpression {
  /** Whether the result may change although the commit does not. */
  readonly usesClock: boolean;
  /** Evaluates for a commit of a branch; `now` is in epoch milliseconds. */
  evaluateCommit(commit: FilteredCommit, now: number): unknown;
  /** Evaluates for a tag; `now` is in epoch milliseconds. */
  evaluateTag(tag: FilteredTag, now: number): unknown;
}

/** What one evaluation may use: a history has any number of commits. */
const LIMITS = { steps: 100_000, memory: 100_000, stringLength: 1_000_000 };

/**
 * Compiles the `expressionFilter` of a git subscription.
 *
 * @remarks
 * The expression knows no types and no functions of the host; names of the other kind of
 * strategy are nil.
 *
 * @throws `InputError` when the text is not an expression, and from `evaluate…` when it
 * cannot be evaluated.
 */
export function compileCommitFilter(source: string): CommitExpression {
  const program = explaining(() => compile(source));
  return {
    // The word in a literal counts too, which costs a needless reading and no more.
    usesClock: /\bnow\b/.test(source),
    evaluateCommit: (commit, now) =>
      run(program, commitEnvironment(commit), now),
    evaluateTag: (tag, now) => run(program, tagEnvironment(tag), now),
  };
}

function run(
  program: Program,
  environment: Record<string, Value>,
  now: number,
): unknown {
  return explaining(() =>
    program.run(environment, { now: new Date(now), limits: LIMITS }),
  );
}

function commitEnvironment(commit: FilteredCommit): Record<string, Value> {
  const { id, commitDate, author, committer, subject } = commit;
  return { id, commitDate: toTime(commitDate), author, committer, subject };
}

function tagEnvironment(tag: FilteredTag): Record<string, Value> {
  const { id, creatorDate, author, committer, subject } = tag;
  return {
    tag: tag.tag,
    id,
    creatorDate: toTime(creatorDate),
    author,
    committer,
    subject,
    tagger: tag.tagger ?? '',
    annotation: tag.annotation ?? '',
  };
}

function toTime(text: string): Time {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60;
  const offset = sign === '-' ? -size : size;
  const location = offset === 0 ? Location.utc : Location.fixed(offset, '');
  return Time.fromDate(new Date(text), location);
}

function explaining<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isExpressionError(error)) {
      // Not given as the cause, which would repeat the message.
      throw new InputError(`expressionFilter: ${error.message}`);
    }
    throw error;
  }
}
