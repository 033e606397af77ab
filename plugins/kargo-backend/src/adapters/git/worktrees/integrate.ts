import path from 'node:path';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { PushIntegrationPolicy } from '../../../ports/GitWorkingTree';
import { CloneGit } from './gitOfTree';
import { makeReadyForChanges } from './leftOutOnDisk';
import { TreeLocation } from './location';

/** Where the other side's commits are put for the time of an integration. */
export const INTEGRATION_REF = 'refs/kargo/integrate';

/** Why integrating cannot work, whatever is tried again. */
export type IntegrationRefusal = { reason: string } | undefined;

/**
 * Brings commits of the remote, fetched to {@link INTEGRATION_REF}, together with ours.
 *
 * @remarks
 * A conflict is taken back: the checkout is then as before.
 */
export async function integrate(
  git: CloneGit,
  location: TreeLocation,
  options: { policy: PushIntegrationPolicy; branch: string },
): Promise<IntegrationRefusal> {
  const { policy, branch } = options;
  const { gitDir } = location;
  if (policy === 'None') {
    return undefined;
  }
  await makeReadyForChanges(git, location);
  switch (policy) {
    case 'AlwaysRebase':
      return rebase(git, gitDir, branch);
    case 'AlwaysMerge':
      return merge(git, gitDir, branch);
    default:
      if (await isRebaseSafe(git)) {
        return rebase(git, gitDir, branch);
      }
      return policy === 'RebaseOrMerge'
        ? merge(git, gitDir, branch)
        : {
            reason: `branch "${branch}" has other commits, and a rebase would change what the signatures of the local ones say; the push policy allows nothing else`,
          };
  }
}

/**
 * Takes back a rebase or merge that is not finished.
 *
 * @param guard - called before git looks at the files of the checkout
 */
export async function abandonIntegration(
  git: CloneGit,
  gitDir: string,
  guard: () => Promise<void> = async () => {},
): Promise<void> {
  const rebasing = await isRebasing(gitDir);
  const merging = await localFiles.isThere(path.join(gitDir, 'MERGE_HEAD'));
  if (rebasing || merging) {
    await guard();
  }
  if (rebasing) {
    await git.run({ args: ['rebase', '--abort'], accept: [1, 128] });
  }
  if (merging) {
    await git.run({ args: ['merge', '--abort'], accept: [1, 128] });
  }
}

async function rebase(
  git: CloneGit,
  gitDir: string,
  branch: string,
): Promise<IntegrationRefusal> {
  const { exitCode, stderr } = await git.signing(signing =>
    git.run({
      args: ['rebase', '--quiet', INTEGRATION_REF],
      accept: [1],
      ...signing,
    }),
  );
  if (exitCode === 0) {
    return undefined;
  }
  if (!(await isRebasing(gitDir))) {
    throw new Error(`git rebase failed: ${firstWords(stderr)}`);
  }
  await abandonIntegration(git, gitDir);
  return conflict(branch, 'rebase');
}

async function merge(
  git: CloneGit,
  gitDir: string,
  branch: string,
): Promise<IntegrationRefusal> {
  const message = `Merge branch '${branch}' of ${git.remote.url}`;
  const { exitCode, stderr } = await git.signing(signing =>
    git.run({
      args: ['merge', '--quiet', '--no-edit', '-m', message, INTEGRATION_REF],
      accept: [1, 2],
      ...signing,
    }),
  );
  if (exitCode === 0) {
    return undefined;
  }
  if (!(await localFiles.isThere(path.join(gitDir, 'MERGE_HEAD')))) {
    throw new Error(`git merge failed: ${firstWords(stderr)}`);
  }
  await abandonIntegration(git, gitDir);
  return conflict(branch, 'merge');
}

/**
 * A rebase makes commits anew, in our name. That is honest only for commits that carry
 * our signature and will again, or that carry none and will carry none.
 */
async function isRebaseSafe(git: CloneGit): Promise<boolean> {
  return git.signing(async (signing, isSigned) => {
    const { stdout } = await git.run({
      args: ['log', '--format=%G?', `${INTEGRATION_REF}..HEAD`],
      ...signing,
    });
    return stdout
      .split('\n')
      .filter(verdict => verdict !== '')
      .every(verdict => (isSigned ? verdict === 'G' : verdict === 'N'));
  });
}

function conflict(branch: string, how: string): { reason: string } {
  return {
    reason: `merge conflict: the ${how} with branch "${branch}" of the remote stopped, because both changed the same lines`,
  };
}

async function isRebasing(gitDir: string): Promise<boolean> {
  return (
    (await localFiles.isThere(path.join(gitDir, 'rebase-merge'))) ||
    (await localFiles.isThere(path.join(gitDir, 'rebase-apply')))
  );
}

function firstWords(stderr: string): string {
  return stderr.trim().split('\n').slice(0, 4).join('; ') || 'no message';
}
