import { RepoCredentials, StepContext } from 'backstage-plugin-kargo-node';
import { GitWorkingTrees, WorkingTree } from '../../../ports/GitWorkingTree';
import { resolveInWorkspace } from './workspacePath';

/** The checkout that a path of a step's configuration lies in. */
export async function openWorkingTree(
  workingTrees: GitWorkingTrees,
  context: Pick<StepContext, 'workDir' | 'signal'>,
  path: string,
  credentials?: RepoCredentials,
): Promise<WorkingTree> {
  const { workDir, signal } = context;
  const dir = await resolveInWorkspace(workDir, path);
  return workingTrees.open({ workDir, dir, credentials, signal });
}
