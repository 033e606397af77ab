import { toError } from '@backstage/errors';
import { findCommitURL } from 'backstage-plugin-kargo-common';
import {
  createStep,
  HostedCommits,
  StepContext,
  StepGitTree,
  StepOutcome,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { toBranchName } from '../../../logic/branchName';
import { GithubPushConfig, ParsedGithubPushConfig } from './config';
import { replayCommits } from './replay';

/** More commits than a Promotion makes; each costs a request. */
const MAX_COMMITS = 10;
const TRY_AGAIN_MS = 10_000;

type Context = StepContext<'credentials' | 'git' | 'pullRequests'>;

const Tried = z.object({ attempts: z.int() });

/** Where to push, and from where to count the commits. */
interface Target {
  branch: string;
  /** Whether what is there may be overwritten. */
  force: boolean;
  /** The one that is checked out. */
  current: string | undefined;
}

/**
 * Pushes the commits of a checkout to GitHub by its API, so that they bear GitHub's own
 * signature.
 *
 * @remarks
 * The commits are brought to the host under a ref of the Promotion's own and made anew from
 * there. A branch that others moved meanwhile is tried again later, which is recorded. A
 * second run finds the branch where the first one left it.
 */
export const githubPushStep = createStep({
  id: 'github-push',
  description: 'Pushes commits to GitHub, signed by GitHub.',
  config: GithubPushConfig,
  needs: ['credentials', 'git', 'pullRequests'],
  workspace: 'reads',
  async run(config, context): Promise<StepOutcome> {
    const { git, credentials, pullRequests } = context;
    const tree = await git.open(config.path);
    const repoURL = tree.remoteURL;
    const found = await credentials.find({ type: 'git', repoURL });
    if (!found?.password) {
      return {
        kind: 'failed',
        reason: `github-push needs git credentials with a token for "${repoURL}"; ${
          found ? 'the ones there are have none' : 'there are none'
        }`,
        final: true,
      };
    }
    const { commits } = await pullRequests.open({
      ...config,
      repoURL,
      provider: 'github',
    });
    if (!commits) {
      throw new TerminalError('this GitHub makes no commits for others');
    }
    return attempt(tree, commits, await targetOf(tree, config, context), {
      config,
      context,
    });
  },
});

async function targetOf(
  tree: StepGitTree,
  config: ParsedGithubPushConfig,
  { promotion }: Context,
): Promise<Target> {
  const current = await tree.currentBranch();
  const branch = config.generateTargetBranch
    ? `kargo/promotion/${promotion}`
    : toBranchName(config.targetBranch ?? '') || current;
  if (!branch) {
    throw new Error(
      `"${config.path}" is not on a branch (HEAD is detached); set "targetBranch"`,
    );
  }
  const force = config.force || config.generateTargetBranch;
  return { branch, force, current };
}

async function attempt(
  tree: StepGitTree,
  commits: HostedCommits,
  target: Target,
  { config, context }: { config: ParsedGithubPushConfig; context: Context },
): Promise<StepOutcome> {
  if (!target.force) {
    const integrated = await tree.integrate(target.branch);
    if (integrated.kind === 'refused') {
      return { kind: 'failed', reason: integrated.reason, final: true };
    }
  }
  const staging = `refs/kargo/staging/${context.promotion}`;
  await tree.pushRef(staging);
  try {
    const result = await bring(tree, commits, target);
    return result === 'outdated'
      ? tryAgain(target, config, context)
      : await describe(tree, target.branch);
  } finally {
    await commits
      .deleteRef(staging)
      .catch(error =>
        context.logger.warn(
          'A staging ref could not be deleted',
          toError(error),
        ),
      );
  }
}

/** Has the host make the commits that its branch lacks, and moves the branch to them. */
async function bring(
  tree: StepGitTree,
  commits: HostedCommits,
  { branch, force, current }: Target,
): Promise<'done' | 'outdated'> {
  const there = await commits.findBranch(branch);
  const base =
    there ?? (current ? await commits.findBranch(current) : undefined);
  if (base === undefined) {
    throw new Error(
      `neither branch "${branch}" nor the one that is checked out exists at the remote`,
    );
  }
  const head = await tree.headCommit();
  const { relation, total, missing } = await commits.compare(base, head);
  if (relation === 'identical' && there !== undefined) {
    return 'done';
  }
  if (!force && (relation === 'behind' || relation === 'diverged')) {
    return 'outdated';
  }
  if (total > MAX_COMMITS) {
    throw new TerminalError(
      `${total} commits are to be pushed, and github-push makes at most ${MAX_COMMITS} anew; use git-push, or commit less often`,
    );
  }
  const newest =
    missing.length === 0
      ? head
      : await replayCommits(
          missing,
          await tree.readSignatures(missing.map(({ id }) => id)),
          commits,
        );
  const isMoved = await commits.moveBranch(branch, newest, {
    force,
    isNew: there === undefined,
  });
  if (!isMoved) {
    return 'outdated';
  }
  // The commits have other ids now.
  await tree.adoptRemote(branch);
  return 'done';
}

function tryAgain(
  { branch }: Target,
  { maxAttempts }: ParsedGithubPushConfig,
  { previousOutput }: Context,
): StepOutcome {
  const before = Tried.safeParse(previousOutput).data?.attempts ?? 0;
  const attempts = before + 1;
  if (attempts >= maxAttempts) {
    throw new Error(
      `branch "${branch}" could not be pushed in ${attempts} attempts, others were faster each time`,
    );
  }
  return {
    kind: 'waiting',
    reason: `branch "${branch}" was moved by others meanwhile; trying again`,
    checkAgainInMs: TRY_AGAIN_MS,
    output: { attempts },
  };
}

async function describe(
  tree: StepGitTree,
  branch: string,
): Promise<StepOutcome> {
  const commit = await tree.headCommit();
  const commitURL = findCommitURL(tree.remoteURL, commit, 'github');
  return {
    kind: 'succeeded',
    output: { branch, commit, ...(commitURL && { commitURL }) },
  };
}
