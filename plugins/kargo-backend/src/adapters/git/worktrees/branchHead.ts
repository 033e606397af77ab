import { BranchHead } from 'backstage-plugin-kargo-node';
import { toBranchName } from '../../../logic/branchName';
import { CloneGit } from './gitOfTree';
import { fetchFromRemote, findRemoteBranch } from './remote';

/**
 * The newest commit of a branch at the remote, fetched without the content it names, where
 * the server can do that.
 */
export async function readBranchHead(
  git: CloneGit,
  branch: string,
): Promise<BranchHead | undefined> {
  const name = toBranchName(branch);
  const commit = await findRemoteBranch(git, name);
  if (commit === undefined) {
    return undefined;
  }
  const ref = `refs/kargo/branches/${name}`;
  await fetchFromRemote(git, `refs/heads/${name}`, { into: ref, alone: true });
  const told = await git.read(
    'log',
    '-1',
    '--format=%H%n%T%n%B',
    '--end-of-options',
    ref,
  );
  const [id, tree, ...message] = told.split('\n');
  return { commit: id, tree, message: message.join('\n') };
}
