import { InputError } from '@backstage/errors';
import { rm } from 'node:fs/promises';
import { relative } from 'node:path';
import {
  BranchHead,
  StepCheckoutOptions,
  StepCloneOptions,
  StepExportOptions,
  StepGit,
  StepGitClone,
  StepGitTree,
} from '../contracts/git';
import { Workspace } from '../workspace/Workspace';
import {
  FakeCheckout,
  FakeClone,
  FakePush,
  FakeTree,
} from './git/FakeCheckout';
import { FakeCommit, FakeEntry, FakeRemote, treeOf } from './git/FakeRemote';
import { isEmpty, writeFiles } from './git/folderFiles';

export type { FakePush } from './git/FakeCheckout';

/** Files by their path; `null` is a file that is not there any more. @public */
export type FakeGitFiles = Record<string, string | Uint8Array | null>;

/** What the git of a test has. @public */
export interface FakeGitOptions {
  /** The Promotion's folder, the one that the step is given as well. */
  folder: string;
  /** Files by branch, by the URL of a repository; its first branch is the default one. */
  repositories: Record<string, Record<string, FakeGitFiles>>;
  /**
   * Called before a host takes a push. Throws to play one that does not take it, and commits
   * to play somebody who is faster.
   */
  beforePush?: (push: FakePush, git: FakeGit) => void | Promise<void>;
}

/** A commit of a repository of a test. @public */
export interface FakeGitCommit {
  id: string;
  message: string;
  /** `Name <address>` */
  author: string;
}

/** Git of a test, and what the hosts of its repositories have. @public */
export interface FakeGit extends StepGit {
  /** The texts at a branch, tag, ref or commit, by path. */
  files(repoURL: string, revision: string): Record<string, string>;
  /** Commits of a branch, tag, ref or commit, newest first. */
  log(repoURL: string, revision: string): FakeGitCommit[];
  /** The commits of all branches. */
  branches(repoURL: string): Record<string, string>;
  /** The commits of all tags. */
  tags(repoURL: string): Record<string, string>;
  /**
   * Commits to a branch at the host, as somebody else does who pushes meanwhile.
   *
   * @param commit - the default branch unless told; files that are not named stay
   * @returns the id of the commit
   */
  commit(
    repoURL: string,
    commit: { branch?: string; message?: string; files: FakeGitFiles },
  ): string;
}

const SYSTEM = { name: 'Kargo', email: 'no-reply@kargo.io' };
const OTHERS = 'Somebody Else <else@example.com>';

class MemoryGit implements FakeGit {
  readonly #remotes: ReadonlyMap<string, FakeRemote>;
  #checkouts: FakeCheckout[] = [];

  constructor(private readonly options: FakeGitOptions) {
    this.#remotes = new Map(
      Object.entries(options.repositories).map(([url, branches]) => [
        url,
        remoteOf(branches),
      ]),
    );
  }

  async clone({ repoURL, author }: StepCloneOptions): Promise<StepGitClone> {
    const remote = this.#remoteOf(repoURL);
    const isEarlier = ({ clone }: FakeCheckout) => clone.remoteURL === repoURL;
    for (const { dir } of this.#checkouts.filter(isEarlier)) {
      await rm(dir, { recursive: true, force: true });
    }
    this.#checkouts = this.#checkouts.filter(each => !isEarlier(each));
    const clone: FakeClone = {
      ...{ remote, remoteURL: repoURL, author: author ?? SYSTEM },
      branches: new Map(remote.branches),
      tags: new Map(remote.tags),
      beforePush: async push => this.options.beforePush?.(push, this),
    };
    return { checkout: checkout => this.#checkout(clone, checkout) };
  }

  async open(path: string): Promise<StepGitTree> {
    const dir = await this.#locate(path);
    const [checkout] = this.#checkouts
      .filter(each => dir === each.dir || dir.startsWith(`${each.dir}/`))
      .sort((a, b) => b.dir.length - a.dir.length);
    if (!checkout) {
      throw new InputError(
        `"${path}" is not in a checkout made by a git-clone step`,
      );
    }
    return new FakeTree(checkout, relative(checkout.dir, dir));
  }

  async readBranches({
    repoURL,
    branches,
  }: Parameters<StepGit['readBranches']>[0]): Promise<
    Array<BranchHead | undefined>
  > {
    const remote = this.#remoteOf(repoURL);
    return branches.map(branch => {
      const id = remote.branches.get(toBranchName(branch));
      return id === undefined
        ? undefined
        : {
            commit: id,
            tree: treeOf(remote.get(id).files),
            message: `${remote.get(id).message}\n`,
          };
    });
  }

  async export({ repoURL, path, revision }: StepExportOptions): Promise<void> {
    const remote = this.#remoteOf(repoURL);
    const wanted = revision ?? defaultBranch(remote);
    const commit = remote.resolve(wanted);
    if (!commit) {
      throw new InputError(
        `"${wanted}" is neither a tag or a branch of the repository nor the whole id of a commit`,
      );
    }
    await writeFiles(await this.#newFolder(path), commit.files);
  }

  files(repoURL: string, revision: string): Record<string, string> {
    const { files } = this.#get(repoURL, revision);
    return Object.fromEntries(
      [...files].map(([path, { content }]) => [path, content.toString()]),
    );
  }

  log(repoURL: string, revision: string): FakeGitCommit[] {
    const { id: head } = this.#get(repoURL, revision);
    return [...this.#remoteOf(repoURL).history(head)].map(
      ({ id, message, author }) => ({ id, message, author }),
    );
  }

  branches(repoURL: string): Record<string, string> {
    return Object.fromEntries(this.#remoteOf(repoURL).branches);
  }

  tags(repoURL: string): Record<string, string> {
    return Object.fromEntries(this.#remoteOf(repoURL).tags);
  }

  commit(
    repoURL: string,
    {
      branch,
      message = 'Something else',
      files,
    }: { branch?: string; message?: string; files: FakeGitFiles },
  ): string {
    const remote = this.#remoteOf(repoURL);
    return commitTo(remote, branch ?? defaultBranch(remote), {
      ...{ message, files, author: OTHERS },
    });
  }

  async #checkout(
    clone: FakeClone,
    options: StepCheckoutOptions,
  ): Promise<StepGitTree> {
    const place = this.#placeOf(clone, options);
    const dir = await this.#newFolder(options.path);
    const isIncluded = sparseRule(options.sparse);
    const checkout = new FakeCheckout(clone, dir, place, isIncluded);
    await checkout.fill();
    this.#checkouts.push(checkout);
    return new FakeTree(checkout, '');
  }

  #placeOf(
    clone: FakeClone,
    { branch: written, tag, commit, create }: StepCheckoutOptions,
  ): { branch?: string; head: string } {
    const { remote, branches, tags } = clone;
    if (tag !== undefined || commit !== undefined) {
      const head =
        tag === undefined ? commit : tags.get(tag.replace(/^refs\/tags\//, ''));
      if (head === undefined || !remote.find(head)) {
        throw new InputError(
          tag === undefined
            ? `commit "${commit}" does not exist`
            : `tag "${tag}" does not exist`,
        );
      }
      return { head };
    }
    const branch = written ? toBranchName(written) : defaultBranch(remote);
    const isTaken = this.#checkouts.some(
      ({ clone: other, place }) => other === clone && place.branch === branch,
    );
    if (isTaken) {
      throw new Error(`branch "${branch}" is checked out already`);
    }
    const head = branches.get(branch) ?? remote.branches.get(branch);
    if (head === undefined && !create) {
      throw new InputError(
        `branch "${branch}" does not exist at the remote; set "create: true" to have it made`,
      );
    }
    if (head !== undefined) {
      return { branch, head };
    }
    const { name, email } = clone.author;
    const made = commitTo(remote, branch, {
      message: 'Initial commit',
      author: `${name} <${email}>`,
      files: {},
    });
    return { branch, head: made };
  }

  #remoteOf(repoURL: string): FakeRemote {
    const remote = this.#remotes.get(repoURL);
    if (!remote) {
      throw new InputError(
        `not found at ${repoURL}: the test gave no repository of this URL`,
      );
    }
    return remote;
  }

  #get(repoURL: string, revision: string): FakeCommit {
    const commit = this.#remoteOf(repoURL).resolve(revision);
    if (!commit) {
      throw new Error(`${repoURL} has no "${revision}"`);
    }
    return commit;
  }

  async #newFolder(path: string): Promise<string> {
    const dir = await this.#locate(path);
    if (!(await isEmpty(dir))) {
      throw new Error(`"${path}" exists already, and is not empty`);
    }
    return dir;
  }

  async #locate(path: string): Promise<string> {
    const { folder } = this.options;
    const workspace = await Workspace.create({
      root: folder,
      scratch: `${folder}/.kargo/tmp`,
    });
    return workspace.locate(path);
  }
}

/**
 * Stands in for git: repositories that are in memory, whose files are checked out to the
 * Promotion's folder.
 *
 * @remarks
 * Nothing is started, and nothing leaves the process. Clones, checkouts (of folders, too), commits,
 * tags and pushes come to what they come to in a Promotion: a step may run again, and commits that others
 * pushed meanwhile stay below its own. What differs: two sides that change one file are a conflict,
 * whichever lines it is; files that `.gitignore` names are committed; there are no submodules, nobody's
 * signature is trusted, and a commit has the same id whenever it is made.
 *
 * @public
 */
export function fakeGit(options: FakeGitOptions): FakeGit {
  return new MemoryGit(options);
}

function remoteOf(branches: Record<string, FakeGitFiles>): FakeRemote {
  const remote = new FakeRemote();
  for (const [branch, files] of Object.entries(branches)) {
    commitTo(remote, branch, {
      ...{ message: 'Initial commit', author: OTHERS, files },
    });
    remote.defaultBranch ??= branch;
  }
  return remote;
}

function commitTo(
  remote: FakeRemote,
  branch: string,
  {
    files: changes,
    ...commit
  }: { files: FakeGitFiles; message: string; author: string },
): string {
  const parent = remote.branches.get(branch);
  const files = new Map<string, FakeEntry>(
    parent === undefined ? [] : remote.get(parent).files,
  );
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) {
      files.delete(path);
    } else {
      files.set(path, { content: Buffer.from(content), mode: 'file' });
    }
  }
  const parents = parent === undefined ? [] : [parent];
  const { id } = remote.add({ ...commit, parents, files });
  remote.branches.set(branch, id);
  return id;
}

function defaultBranch({ defaultBranch: branch }: FakeRemote): string {
  if (branch === undefined) {
    throw new InputError(
      'the repository has no default branch; name a branch, tag or commit',
    );
  }
  return branch;
}

/** As git's cone: the folders that are named, and the files beside and above them. */
function sparseRule(folders: string[] | undefined): (path: string) => boolean {
  if (!folders) {
    return () => true;
  }
  const wanted = folders.map(folder => folder.replace(/^\/+|\/+$/g, ''));
  return path => {
    const parent = path.includes('/') ? path.replace(/\/[^/]*$/, '') : '';
    return wanted.some(
      folder =>
        path.startsWith(`${folder}/`) ||
        parent === '' ||
        folder === parent ||
        folder.startsWith(`${parent}/`),
    );
  };
}

function toBranchName(written: string): string {
  return written.replace(/^refs\/heads\//, '');
}
