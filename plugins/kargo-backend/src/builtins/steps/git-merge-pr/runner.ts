import { toError } from '@backstage/errors';
import {
  createStep,
  isUpstreamUnavailableError,
  MergeOutcome,
  PullRequest,
  PullRequestRepository,
  StepContext,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { parseGoDuration } from '../shared/goDuration';
import { nameOf, tellPullRequest } from '../shared/pullRequest';
import { GitMergePrConfig } from './config';

/**
 * Merges a pull request, once it can be if it is told to wait.
 *
 * @remarks
 * Looks first whether it is merged, so a second run finds what the first one did. What the
 * host says no to is final; a host that is down or throttles is asked again.
 */
export const gitMergePrStep = createStep({
  id: 'git-merge-pr',
  description: 'Merges a pull request.',
  config: GitMergePrConfig,
  needs: ['pullRequests'],
  async run(config, context): Promise<StepOutcome> {
    const repository = await context.pullRequests.open(config);
    const name = nameOf({ number: config.prNumber });
    let pull: PullRequest;
    let outcome: MergeOutcome;
    try {
      pull = await repository.get(config.prNumber);
      outcome = await mergeOnce(repository, pull, config.mergeMethod);
    } catch (error) {
      if (isUpstreamUnavailableError(error)) throw error;
      context.signal.throwIfAborted();
      return {
        kind: 'failed',
        reason: `${name} was not merged: ${toError(error).message}`,
        final: true,
      };
    }
    switch (outcome.kind) {
      case 'merged':
        return finish(repository, outcome.pullRequest, {
          isBranchToGo: config.deleteSourceBranch,
          context,
        });
      case 'not-ready':
        return config.wait
          ? {
              kind: 'waiting',
              reason: `${name} cannot be merged yet: ${outcome.reason}`,
              checkAgainInMs: parseGoDuration(config.pollInterval),
              output: { pr: { ...tellPullRequest(pull), open: true } },
            }
          : {
              kind: 'failed',
              reason: `${name} cannot be merged yet: ${outcome.reason}; with "wait: true" the step waits`,
              final: true,
            };
      default:
        return {
          kind: 'failed',
          reason: `${name} was not merged: ${outcome.reason}`,
          final: true,
        };
    }
  },
});

async function mergeOnce(
  repository: PullRequestRepository,
  pull: PullRequest,
  method: string | undefined,
): Promise<MergeOutcome> {
  switch (pull.state) {
    case 'merged':
      return { kind: 'merged', pullRequest: pull };
    case 'closed':
      return { kind: 'refused', reason: 'it was closed without being merged' };
    default:
      return repository.merge(pull, method);
  }
}

/** The merge stands, whatever becomes of the branch. */
async function finish(
  repository: PullRequestRepository,
  pull: PullRequest,
  {
    isBranchToGo,
    context,
  }: { isBranchToGo: boolean; context: StepContext<'pullRequests'> },
): Promise<StepOutcome> {
  const output = { commit: pull.mergeCommit ?? '' };
  // The branch of a fork is not ours to delete.
  if (!isBranchToGo || pull.isFromFork) {
    return { kind: 'succeeded', output };
  }
  try {
    await repository.deleteBranch(pull.sourceBranch);
    return { kind: 'succeeded', output };
  } catch (error) {
    context.signal.throwIfAborted();
    const message = `${nameOf(pull)} is merged, but its branch "${
      pull.sourceBranch
    }" could not be deleted: ${toError(error).message}`;
    context.logger.warn(message);
    return { kind: 'succeeded', message, output };
  }
}
