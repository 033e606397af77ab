import { Clock } from '../../../ports/Clock';
import { PushOptions, PushOutcome } from '../../../ports/GitWorkingTree';
import { CloneGit } from './gitOfTree';
import { integrate, INTEGRATION_REF } from './integrate';
import { KeyedLock } from './locks';
import { fetchFromRemote, findRemoteBranch, pushToRemote } from './remote';

/** What pushing needs besides git. */
export interface PushEnvironment {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** One for all working trees of the process. */
  readonly locks: KeyedLock;
  readonly signal?: AbortSignal;
}

const FIRST_DELAY_MS = 1000;
const GROWTH = 1.5;
const JITTER = 0.5;
const LONGEST_DELAY_MS = 30_000;

/** Milliseconds to wait after a number of attempts that others won. */
export function pushDelay(attempts: number, random: () => number): number {
  const delay = FIRST_DELAY_MS * GROWTH ** (attempts - 1);
  return Math.min(delay * (1 + JITTER * random()), LONGEST_DELAY_MS);
}

/** Pushes HEAD to a branch; see `WorkingTree.push`. */
export async function pushBranch(
  git: CloneGit,
  gitDir: string,
  environment: PushEnvironment,
  options: PushOptions,
): Promise<PushOutcome> {
  const { clock, random, locks, signal } = environment;
  const { targetBranch, maxAttempts } = options;
  for (let attempt = 1; ; attempt++) {
    const result = await locks.run(`${git.remote.url}:${targetBranch}`, () =>
      tryPush(git, gitDir, options),
    );
    if (result.kind !== 'outdated') {
      return result;
    }
    if (attempt >= maxAttempts) {
      throw new Error(
        `branch "${targetBranch}" could not be pushed in ${attempt} attempts, others were faster each time: ${result.reason}`,
      );
    }
    await clock.sleep(pushDelay(attempt, random), signal);
  }
}

async function tryPush(
  git: CloneGit,
  gitDir: string,
  { targetBranch, force, policy }: PushOptions,
): Promise<PushOutcome | { kind: 'outdated'; reason: string }> {
  if (!force && policy !== 'None') {
    const refusal = await integrateRemote(git, gitDir, targetBranch, policy);
    if (refusal) {
      return { kind: 'refused', reason: refusal.reason };
    }
  }
  // The full name: git cannot guess it for a detached HEAD and a new branch.
  const refspec = `HEAD:refs/heads/${targetBranch}`;
  const rejection = await pushToRemote(git, refspec, { force });
  if (rejection?.kind === 'forbidden') {
    throw new Error(
      `the remote did not accept branch "${targetBranch}": ${rejection.reason}`,
    );
  }
  return rejection
    ? { kind: 'outdated', reason: rejection.reason }
    : { kind: 'pushed' };
}

async function integrateRemote(
  git: CloneGit,
  gitDir: string,
  branch: string,
  policy: PushOptions['policy'],
) {
  const head = await findRemoteBranch(git, branch);
  if (
    head === undefined ||
    (await git.test('merge-base', '--is-ancestor', head, 'HEAD'))
  ) {
    return undefined;
  }
  await fetchFromRemote(git, `refs/heads/${branch}`, INTEGRATION_REF);
  return integrate(git, gitDir, { policy, branch });
}
