import { ObservedRefs } from 'backstage-plugin-kargo-common';
import { mapInSlices, Slices } from '../slices';
import { compareBytes } from './compareBytes';
import { TagFilter } from './tagPatterns';

/** One line of `git ls-remote`. */
export interface RemoteRef {
  readonly name: string;
  /** Of the object the ref names, which for an annotated tag is the tag object. */
  readonly id: string;
}

/** Most tags that are remembered; with more, nothing is and every pass reads them all. */
export const MAX_OBSERVED_TAGS = 1000;

const TAG_PREFIX = 'refs/tags/';

/**
 * Observes the head of a branch, or of the default branch if none is named. `undefined` if
 * the remote does not have it.
 *
 * @remarks
 * `ls-remote` patterns match the ends of names, so `refs/heads/x/refs/heads/main` may be
 * among the answers for `main`; only the exact name counts.
 */
export function observeBranch(
  refs: readonly RemoteRef[],
  branch: string | undefined,
): ObservedRefs | undefined {
  const name = branch ? `refs/heads/${branch}` : 'HEAD';
  const head = refs.find(ref => ref.name === name);
  return head && { branchHead: head.id };
}

/**
 * Observes the tags that pass the name filters of a subscription, by name. `undefined` if
 * there are too many to remember.
 */
export function* observeTags(
  refs: readonly RemoteRef[],
  accepts: TagFilter,
): Slices<ObservedRefs | undefined> {
  const tags = yield* mapInSlices(refs, ref => {
    const isTag = ref.name.startsWith(TAG_PREFIX) && !ref.name.endsWith('^{}');
    const name = ref.name.slice(TAG_PREFIX.length);
    return isTag && accepts(name) ? { name, id: ref.id } : undefined;
  });
  if (tags.length > MAX_OBSERVED_TAGS) return undefined;
  tags.sort((a, b) => compareBytes(a.name, b.name));
  return { tags };
}

/** What the last discovery of a subscription saw, and what is there now. */
export interface RefComparison {
  previous: { repoURL: string; observedRefs?: ObservedRefs } | undefined;
  current: { repoURL: string; observedRefs?: ObservedRefs };
  /** Whether the Warehouse's spec is still the one that the previous result is for. */
  isSameSpec: boolean;
}

/** Why the history has to be read again, or that it need not be. */
export type ReuseDecision =
  | { kind: 'reuse' }
  | {
      kind: 'read';
      reason:
        | 'no-previous-result'
        | 'spec-changed'
        | 'repository-changed'
        | 'nothing-observed'
        | 'refs-changed';
    };

/** Decides whether the commits of the last discovery may be used again without reading history. */
export function decideReuse(comparison: RefComparison): ReuseDecision {
  const { previous, current, isSameSpec } = comparison;
  if (!previous) return { kind: 'read', reason: 'no-previous-result' };
  if (!isSameSpec) return { kind: 'read', reason: 'spec-changed' };
  if (previous.repoURL !== current.repoURL) {
    return { kind: 'read', reason: 'repository-changed' };
  }
  if (!previous.observedRefs || !current.observedRefs) {
    return { kind: 'read', reason: 'nothing-observed' };
  }
  return areEqual(previous.observedRefs, current.observedRefs)
    ? { kind: 'reuse' }
    : { kind: 'read', reason: 'refs-changed' };
}

function areEqual(a: ObservedRefs, b: ObservedRefs): boolean {
  if (a.branchHead !== b.branchHead) return false;
  const [left, right] = [a.tags ?? [], b.tags ?? []];
  return (
    left.length === right.length &&
    left.every(
      ({ name, id }, i) => name === right[i].name && id === right[i].id,
    )
  );
}
