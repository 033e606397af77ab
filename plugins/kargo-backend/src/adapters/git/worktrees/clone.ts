import { InputError } from '@backstage/errors';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { CheckoutOptions, CloneOptions } from '../../../ports/GitWorkingTree';
import { toBranchName } from '../../../logic/branchName';
import { toTagName } from '../../../logic/tagName';
import { CloneGit, FindGit } from './gitOfTree';
import { findRef, readHead } from './refs';
import {
  askForCommit,
  fetchFromRemote,
  findRemoteBranch,
  pushToRemote,
} from './remote';
import { leaveFilesOut, settingsOf } from './leftOut';
import { updateSubmodules } from './submodules';
import { recordWorktree, Ref } from './worktreeRecord';

const FULL_ID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** What to check out, and whether the remote may get a branch that is made for it. */
export type WorktreeOptions = CheckoutOptions &
  Pick<CloneOptions, 'isRemoteReadOnly'> & {
    /** Nothing is put there, but for what all of it needs. */
    leavesFilesOut?: boolean;
  };

/** Adds a worktree to a bare clone, as far as `inTree` says how to call git inside of it. */
export async function addWorktree(
  git: CloneGit,
  repository: string,
  options: WorktreeOptions,
  inTree: FindGit,
): Promise<void> {
  const { dir, sparse, recurseSubmodules } = options;
  assertSparse(sparse ?? []);
  const ref = await resolveRef(git, repository, options);
  await mkdir(path.dirname(dir), { recursive: true, mode: 0o700 });
  const gitDir = await recordWorktree(repository, dir, ref);
  if (gitDir === undefined) {
    await addByGit(git, dir, ref);
  }
  try {
    if (sparse) {
      // Before anything is there, which need not be put there and removed again.
      const inside = await inTree(dir);
      await inside?.run({
        args: ['sparse-checkout', 'set', '--cone', '--stdin'],
        stdin: sparse.map(folder => `${folder}\n`).join(''),
      });
    }
    if (gitDir !== undefined) {
      await (options.leavesFilesOut && leaveFilesOut(gitDir));
      const config = () => settingsOf(gitDir);
      await git.inTree({ dir, gitDir, config }).run({
        args: ['reset', '--hard', '--quiet', '--no-recurse-submodules'],
      });
    }
    if (recurseSubmodules) {
      await updateSubmodules(dir, inTree);
    }
  } catch (error) {
    // Half a checkout would pass for a whole one.
    await git.run({
      args: ['worktree', 'remove', '--force', '--force', '--', dir],
      accept: [1, 128],
    });
    throw error;
  }
}

/** Three programs: where something is in the way, for git's words. */
async function addByGit(git: CloneGit, dir: string, ref: Ref): Promise<void> {
  await git.run({
    args: [
      'worktree',
      'add',
      '--quiet',
      ...(ref.branch === undefined ? ['--detach'] : []),
      '--',
      dir,
      ref.branch ?? ref.commit,
    ],
  });
}

async function resolveRef(
  git: CloneGit,
  repository: string,
  options: WorktreeOptions,
): Promise<Ref> {
  if (options.branch) {
    const branch = toBranchName(options.branch);
    // What the clone has just learned is not asked again.
    if ((await findRef(repository, `refs/heads/${branch}`)) === undefined) {
      await provideBranch(git, branch, options);
    }
    return { branch };
  }
  if (options.tag) {
    const commit = await findCommit(git, `refs/tags/${toTagName(options.tag)}`);
    if (commit === undefined) {
      throw new InputError(`tag "${options.tag}" does not exist`);
    }
    return { commit };
  }
  if (options.revision) {
    return { commit: await provideRevision(git, repository, options.revision) };
  }
  return options.commit
    ? { commit: await provideCommit(git, repository, options.commit) }
    : { branch: await defaultBranch(repository) };
}

/** Makes sure of a branch that was not there when the clone was made. */
async function provideBranch(
  git: CloneGit,
  branch: string,
  { create, isRemoteReadOnly }: WorktreeOptions,
): Promise<void> {
  await git.run({ args: ['check-ref-format', '--branch', branch] });
  const ref = `refs/heads/${branch}`;
  if ((await findRemoteBranch(git, branch)) !== undefined) {
    await fetchFromRemote(git, ref, { into: ref });
    return;
  }
  if (!create) {
    throw new InputError(
      `branch "${branch}" does not exist at the remote; set "create: true" to have it made`,
    );
  }
  await createOrphan(git, ref);
  if (isRemoteReadOnly) {
    return;
  }
  const rejection = await pushToRemote(git, `${ref}:${ref}`);
  if (rejection?.kind === 'outdated') {
    // Somebody else made it meanwhile.
    await fetchFromRemote(git, ref, { into: ref });
  } else if (rejection?.kind === 'forbidden') {
    throw new Error(
      `the remote did not accept the new branch "${branch}": ${rejection.reason}`,
    );
  } else if (rejection) {
    throw rejection.error;
  }
}

async function createOrphan(git: CloneGit, ref: string): Promise<void> {
  const tree = await git.read('hash-object', '-t', 'tree', '-w', '--stdin');
  const { stdout } = await git.signing((signing, isSigned) =>
    git.run({
      args: [
        'commit-tree',
        ...(isSigned ? ['-S'] : []),
        '-m',
        'Initial commit',
        tree,
      ],
      ...signing,
    }),
  );
  await git.run({ args: ['update-ref', ref, stdout.trim()] });
}

/** In the order in which `git fetch` looks for a name. */
async function provideRevision(
  git: CloneGit,
  repository: string,
  revision: string,
): Promise<string> {
  if (FULL_ID.test(revision)) {
    return provideCommit(git, repository, revision);
  }
  const refs = revision.startsWith('refs/')
    ? [revision]
    : [`refs/tags/${revision}`, `refs/heads/${revision}`];
  if (revision.startsWith('refs/')) {
    await bringRef(git, repository, revision);
  }
  for (const ref of refs) {
    const isThere = (await findRef(repository, ref)) !== undefined;
    const commit = isThere ? await findCommit(git, ref) : undefined;
    if (commit !== undefined) {
      return commit;
    }
  }
  throw new InputError(
    `"${revision}" is neither a tag or a branch of the repository nor the whole id of a commit`,
  );
}

/** A clone has branches and tags; hosts have more, such as `refs/pull/1/head`. */
async function bringRef(
  git: CloneGit,
  repository: string,
  ref: string,
): Promise<void> {
  if ((await findRef(repository, ref)) === undefined) {
    await git.run({ args: ['check-ref-format', ref] });
    await fetchFromRemote(git, ref, { into: ref });
  }
}

async function provideCommit(
  git: CloneGit,
  repository: string,
  commit: string,
): Promise<string> {
  const found = await findCommit(git, commit);
  if (found !== undefined && (await isNamedByRemote(git, found))) {
    return found;
  }
  if (!FULL_ID.test(commit)) {
    throw new InputError(`commit "${commit}" does not exist`);
  }
  // Commits that no branch or tag leads to are not part of a clone. What is here all the
  // same came with another one, and is here as a whole.
  await (found === undefined
    ? fetchFromRemote(git, commit)
    : askForCommit(git, commit, `${repository}.asked`));
  return commit;
}

/**
 * Whether a ref leads to a commit. What is here besides came with other clones, and the
 * remote may not want this Promotion to have it.
 */
async function isNamedByRemote(
  git: CloneGit,
  commit: string,
): Promise<boolean> {
  const ref = await git.read(
    'for-each-ref',
    '--count=1',
    '--format=%(refname)',
    `--contains=${commit}`,
  );
  return ref !== '';
}

function findCommit(
  git: CloneGit,
  revision: string,
): Promise<string | undefined> {
  return git.find(
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  );
}

async function defaultBranch(repository: string): Promise<string> {
  const head = await readHead(repository, repository);
  if (head?.branch === undefined) {
    throw new InputError(
      'the repository has no default branch; name a branch, tag or commit',
    );
  }
  return head.branch;
}

/** A tag may be written in full, too. */
function assertSparse(patterns: readonly string[]): void {
  const bad = patterns.find(
    pattern =>
      path.posix.isAbsolute(pattern) ||
      pattern.startsWith('..') ||
      /[*?[\n]/.test(pattern),
  );
  if (bad !== undefined) {
    throw new InputError(
      `sparse pattern "${bad}" must be a folder inside of the repository, without wildcards`,
    );
  }
}
