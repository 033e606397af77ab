import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  createStep,
  isUpstreamUnavailableError,
  PullRequest,
  PullRequestRepository,
} from 'backstage-plugin-kargo-node';
import { parseGoDuration } from '../shared/goDuration';
import { nameOf, tellPullRequest } from '../shared/pullRequest';
import { GitWaitForPrConfig } from './config';

/**
 * Waits until a pull request is merged.
 *
 * @remarks
 * People may take days. A host that is down or throttles in that time is waited for as
 * well, until the time that it names.
 */
export const gitWaitForPrStep = createStep({
  id: 'git-wait-for-pr',
  description: 'Waits until a pull request is merged.',
  config: GitWaitForPrConfig,
  needs: ['pullRequests'],
  async run(config, context) {
    const { pullRequests, previousOutput, now } = context;
    const pollMs = parseGoDuration(config.pollInterval);
    try {
      const repository = await pullRequests.open(config);
      const pull = await repository.get(config.prNumber);
      const output = tell(pull);
      switch (pull.state) {
        case 'merged':
          return { kind: 'succeeded', output };
        case 'closed':
          return {
            kind: 'failed',
            reason: `${nameOf(pull)} was closed without being merged`,
            final: true,
            output,
          };
        default:
          return {
            kind: 'waiting',
            reason: await describeWait(repository, pull),
            checkAgainInMs: pollMs,
            output,
          };
      }
    } catch (error) {
      if (!isUpstreamUnavailableError(error)) throw error;
      const { retryAt = 0 } = error as { retryAt?: number };
      return {
        kind: 'waiting',
        reason: `${error.message}; asking again`,
        checkAgainInMs: Math.max(pollMs, retryAt - now()),
        ...(previousOutput && { output: previousOutput }),
      };
    }
  },
});

function tell(pull: PullRequest): JsonObject {
  return {
    pr: {
      ...tellPullRequest(pull),
      open: pull.state === 'open',
      merged: pull.state === 'merged',
    },
    ...(pull.mergeCommit && { commit: pull.mergeCommit }),
  };
}

/** The reasons are for people: that they cannot be found out does not matter to the wait. */
async function describeWait(
  repository: PullRequestRepository,
  pull: PullRequest,
): Promise<string> {
  const reasons = await repository.explain(pull).catch(error => {
    if (isUpstreamUnavailableError(error)) throw error;
    return [];
  });
  return [`${nameOf(pull)} is open`, ...reasons].join('; ');
}
