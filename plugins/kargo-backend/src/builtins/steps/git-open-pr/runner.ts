import {
  BranchHead,
  createStep,
  PullRequest,
  PullRequestRepository,
  StepContext,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { toBranchName } from '../../../logic/branchName';
import { tellPullRequest } from '../shared/pullRequest';
import { GitOpenPrConfig, ParsedGitOpenPrConfig } from './config';
import { describe } from './describe';
import { selectOwn } from './selectOwn';

const Opened = z.object({ pr: z.object({ id: z.number() }) });

/**
 * Opens a pull request from one branch to another.
 *
 * @remarks
 * One that this step opened before, or that is there for the same branches and commit, is
 * adopted, so a second run opens no second one. Where both branches have the same content
 * there is nothing to propose, and the step is skipped.
 */
export const gitOpenPrStep = createStep({
  id: 'git-open-pr',
  description: 'Opens a pull request, or adopts the one that is there.',
  config: GitOpenPrConfig,
  needs: ['git', 'pullRequests'],
  workspace: 'none',
  async run(given, context) {
    const { previousOutput, git, pullRequests } = context;
    if (previousOutput) {
      if (!Opened.safeParse(previousOutput).success) {
        throw new Error(
          'what an earlier attempt of this step left as its output has no pr.id',
        );
      }
      return { kind: 'succeeded', output: previousOutput };
    }
    const config = withNames(given);
    const { sourceBranch, targetBranch } = config;
    const [source, target] = await git.readBranches({
      ...config,
      branches: [sourceBranch, targetBranch],
    });
    if (!source) {
      throw new Error(`branch "${sourceBranch}" does not exist at the remote`);
    }
    const repository = await pullRequests.open(config);
    const own = selectOwn(await repository.list(config), source.commit);
    if (own) {
      return succeeded(own);
    }
    if (!target) {
      throw new Error(`branch "${targetBranch}" does not exist at the remote`);
    }
    if (source.tree === target.tree) {
      return {
        kind: 'skipped',
        reason: `branches "${sourceBranch}" and "${targetBranch}" have the same content`,
      };
    }
    return succeeded(await open(repository, config, source, context));
  },
});

function withNames(config: ParsedGitOpenPrConfig): ParsedGitOpenPrConfig {
  return {
    ...config,
    sourceBranch: toBranchName(config.sourceBranch),
    targetBranch: toBranchName(config.targetBranch),
  };
}

function succeeded(pullRequest: PullRequest) {
  return {
    kind: 'succeeded' as const,
    output: { pr: tellPullRequest(pullRequest) },
  };
}

/**
 * Opens it; when the answer got lost or somebody was faster, the one that is there now is
 * found by the next attempt.
 */
function open(
  repository: PullRequestRepository,
  config: ParsedGitOpenPrConfig,
  source: BranchHead,
  context: StepContext<'git' | 'pullRequests'>,
): Promise<PullRequest> {
  const { sourceBranch, targetBranch, labels } = config;
  return repository.create({
    sourceBranch,
    targetBranch,
    labels,
    ...describe(config, source.message, context),
  });
}
