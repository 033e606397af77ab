import { PullRequest } from 'backstage-plugin-kargo-node';

/** Whether a pull request brings one branch of the repository into another one of it. */
export function isBetween(
  pull: PullRequest,
  branches: { sourceBranch: string; targetBranch: string },
): boolean {
  return (
    pull.sourceBranch === branches.sourceBranch &&
    pull.targetBranch === branches.targetBranch &&
    !pull.isFromFork
  );
}
