import {
  isInputError,
  isUpstreamUnavailableError,
  StepPushOutcome,
} from 'backstage-plugin-kargo-node';
import { toBranchName } from '../../../logic/branchName';
import { Clock } from '../../../ports/Clock';
import { PushOptions } from '../../../ports/GitWorkingTree';
import { CloneGit } from './gitOfTree';
import { integrate, INTEGRATION_REF } from './integrate';
import { TreeLocation } from './location';
import { KeyedLock } from './locks';
import { PushShortcut } from './PushShortcut';
import {
  fetchFromRemote,
  findRemoteBranch,
  PushRejection,
  pushToRemote,
} from './remote';

/** What pushing needs besides git. */
export interface PushEnvironment {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** One for all working trees of the process. */
  readonly locks: KeyedLock;
  /** Tried before git is asked to push. */
  readonly pushShortcut?: PushShortcut;
  readonly signal?: AbortSignal;
}

const FIRST_DELAY_MS = 1000;
const GROWTH = 1.5;
const JITTER = 0.5;
const LONGEST_DELAY_MS = 30_000;
/** Answers without sense after which the step fails, to be tried again as a whole. */
const MAX_FAULTS = 5;

/** Milliseconds to wait after a number of attempts that others won. */
function pushDelay(attempts: number, random: () => number): number {
  const delay = FIRST_DELAY_MS * GROWTH ** (attempts - 1);
  return Math.min(delay * (1 + JITTER * random()), LONGEST_DELAY_MS);
}

/**
 * Pushes HEAD to a branch; see `WorkingTree.push`.
 *
 * @remarks
 * A push that failed may have arrived all the same: before the next one it is looked
 * whether the remote has the commit.
 */
export async function pushBranch(
  git: CloneGit,
  location: TreeLocation,
  environment: PushEnvironment,
  options: PushOptions,
): Promise<StepPushOutcome> {
  const { clock, random, locks, pushShortcut, signal } = environment;
  const { maxAttempts } = options;
  const targetBranch = toBranchName(options.targetBranch);
  let faults = 0;
  let mayHaveArrived = false;
  const pushOnce = async (isFirst: boolean) => {
    if (isFirst && !options.force) {
      const answer = await pushShortcut?.push(git, location, targetBranch);
      if (answer === 'taken') {
        return { kind: 'pushed' as const };
      }
      mayHaveArrived = answer === 'unknown';
    }
    const isRepeated = mayHaveArrived;
    return tryPush(git, location, { ...options, targetBranch, isRepeated });
  };
  for (let attempt = 1; ; attempt++) {
    const result = await locks.run(
      `${git.remote.url}:${targetBranch}`,
      () => pushOnce(attempt === 1),
      signal,
    );
    if (result.kind === 'pushed' || result.kind === 'refused') {
      return result;
    }
    if (result.kind === 'unavailable') {
      faults++;
      mayHaveArrived = true;
    }
    if (result.kind === 'unavailable' && faults >= MAX_FAULTS) {
      throw result.error;
    }
    if (attempt >= maxAttempts) {
      throw result.kind === 'unavailable'
        ? result.error
        : new Error(
            `branch "${targetBranch}" could not be pushed in ${attempt} attempts, others were faster each time: ${result.reason}`,
          );
    }
    await clock.sleep(pushDelay(attempt, random), signal);
  }
}

/**
 * Pushes once; when the remote turns out to be ahead, brings both together and pushes
 * again.
 *
 * @remarks
 * The remote is not asked before: it tells where its branches are when a push begins, and
 * git then sends nothing that would be refused.
 */
async function tryPush(
  git: CloneGit,
  location: TreeLocation,
  options: PushOptions & { isRepeated: boolean },
): Promise<StepPushOutcome | PushRejection> {
  const { targetBranch, force, policy, isRepeated } = options;
  try {
    if (isRepeated && (await hasArrived(git, targetBranch, force))) {
      return { kind: 'pushed' };
    }
  } catch (error) {
    if (isUpstreamUnavailableError(error)) {
      const { message: reason } = error;
      return { kind: 'unavailable', isBehind: false, reason, error };
    }
    throw error;
  }
  let rejection = await pushHead(git, options);
  if (rejection?.isBehind && !force && policy !== 'None') {
    const refusal = await integrateRemote(git, location, targetBranch, policy);
    if (refusal) {
      return { kind: 'refused', reason: refusal.reason };
    }
    rejection = await pushHead(git, options);
  }
  if (rejection?.kind === 'forbidden') {
    throw new Error(
      `the remote did not accept branch "${targetBranch}": ${rejection.reason}`,
    );
  }
  return rejection ?? { kind: 'pushed' };
}

function pushHead(
  git: CloneGit,
  options: Pick<PushOptions, 'targetBranch' | 'force'>,
): Promise<PushRejection | undefined> {
  const { targetBranch, force } = options;
  // The full name: git cannot guess it for a detached HEAD and a new branch.
  return pushToRemote(git, `HEAD:refs/heads/${targetBranch}`, { force });
}

/**
 * Whether the remote has our commit, as head of the branch or below what others made
 * on top of it. A push that overwrites may want to go back to a commit that lies below
 * the head: there only the head tells.
 */
async function hasArrived(
  git: CloneGit,
  branch: string,
  force: boolean,
): Promise<boolean> {
  const head = await findRemoteBranch(git, branch);
  if (head === undefined) {
    return false;
  }
  const ours = await git.read('rev-parse', '--verify', 'HEAD^{commit}');
  if (force || head === ours) {
    return head === ours;
  }
  await fetchFromRemote(git, `refs/heads/${branch}`, {
    into: INTEGRATION_REF,
  });
  return git.test('merge-base', '--is-ancestor', 'HEAD', INTEGRATION_REF);
}

/** Brings HEAD together with what a branch of the remote has that it lacks. */
export async function integrateRemote(
  git: CloneGit,
  location: TreeLocation,
  branch: string,
  policy: PushOptions['policy'],
) {
  try {
    await fetchFromRemote(git, `refs/heads/${branch}`, {
      into: INTEGRATION_REF,
    });
  } catch (error) {
    if (isInputError(error)) {
      // The branch has gone meanwhile: the next push makes it, or tells why not.
      return undefined;
    }
    throw error;
  }
  const isPartOfOurs = await git.test(
    'merge-base',
    '--is-ancestor',
    INTEGRATION_REF,
    'HEAD',
  );
  return isPartOfOurs
    ? undefined
    : integrate(git, location, { policy, branch });
}
