import { BranchHead } from 'backstage-plugin-kargo-node';
import { toBranchName } from '../../../logic/branchName';
import { accessURL } from '../process/gitEnvironment';
import { CloneGit } from './gitOfTree';
import { findRemoteBranch } from './remote';

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
  await git.run({
    args: [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--depth=1',
      '--filter=tree:0',
      '--',
      accessURL(git.remote.url),
      `+refs/heads/${name}:refs/kargo/branches/${name}`,
    ],
    isRemote: true,
  });
  const told = await git.read(
    'log',
    '-1',
    '--format=%H%n%T%n%B',
    '--end-of-options',
    `refs/kargo/branches/${name}`,
  );
  const [id, tree, ...message] = told.split('\n');
  return { commit: id, tree, message: message.join('\n') };
}
