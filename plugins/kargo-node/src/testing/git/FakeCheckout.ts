import { InputError } from '@backstage/errors';
import {
  CommitSignature,
  GitUser,
  StepGitTree,
  StepIntegration,
  StepPushOptions,
  StepPushOutcome,
} from '../../contracts/git';
import { areEqual, FakeEntry, FakeFiles, FakeRemote } from './FakeRemote';
import { readFiles, removeFiles, writeFiles } from './folderFiles';

/** A push that is about to happen. @public */
export interface FakePush {
  repoURL: string;
  /** In full. */
  ref: string;
}

/** What all checkouts of one clone share. */
export interface FakeClone {
  readonly remote: FakeRemote;
  readonly remoteURL: string;
  readonly author: Pick<GitUser, 'name' | 'email'>;
  readonly branches: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly beforePush: (push: FakePush) => Promise<void>;
}

/** A folder that a commit was checked out to. */
export class FakeCheckout {
  /** What the next commit will have; as HEAD until something is staged. */
  #staged: FakeFiles | undefined;

  constructor(
    readonly clone: FakeClone,
    /** Absolute. */
    readonly dir: string,
    readonly place: { readonly branch?: string; head: string },
    /** Whether a path is part of a sparse checkout; every path is, of another. */
    private readonly isIncluded: (path: string) => boolean,
  ) {}

  get head(): string {
    return this.place.head;
  }

  get staged(): FakeFiles {
    return this.#staged ?? this.clone.remote.get(this.head).files;
  }

  /** Puts the files of HEAD there. */
  async fill(): Promise<void> {
    const { files } = this.clone.remote.get(this.head);
    await writeFiles(this.dir, only(files, this.isIncluded));
  }

  /** @param below - a folder of the checkout; the whole of it is empty */
  async stage(below: string): Promise<void> {
    const found = await readFiles(this.dir);
    const isMeant = (path: string) =>
      below === '' || path === below || path.startsWith(`${below}/`);
    this.#staged = new Map([
      ...only(this.staged, path => !isMeant(path) || !this.isIncluded(path)),
      ...only(found, isMeant),
    ]);
  }

  hasStagedChanges(): boolean {
    return !areEqual(this.staged, this.clone.remote.get(this.head).files);
  }

  commit(message: string, { name, email }: GitUser | FakeClone['author']) {
    const { id } = this.clone.remote.add({
      parents: [this.head],
      files: this.staged,
      message,
      author: `${name} <${email}>`,
    });
    this.#setHead(id);
  }

  /** Makes another commit HEAD, and the files in the folder that differ its own. */
  async move(head: string): Promise<void> {
    const before = this.clone.remote.get(this.head).files;
    const after = this.clone.remote.get(head).files;
    const gone = only(before, path => !after.has(path));
    const changed = [...only(after, this.isIncluded)].filter(
      ([path, file]) => before.get(path) !== file,
    );
    await removeFiles(this.dir, gone.keys());
    await writeFiles(this.dir, new Map(changed));
    this.#setHead(head);
  }

  /** Makes another commit HEAD, and the folder what it has. */
  async reset(head: string): Promise<void> {
    const tracked = this.staged.keys();
    await removeFiles(this.dir, tracked);
    this.#setHead(head);
    await this.fill();
  }

  #setHead(id: string): void {
    this.#staged = undefined;
    this.place.head = id;
    if (this.place.branch !== undefined) {
      this.clone.branches.set(this.place.branch, id);
    }
  }
}

/** A checkout, seen from one of its folders. */
export class FakeTree implements StepGitTree {
  constructor(
    private readonly checkout: FakeCheckout,
    /** The folder; empty for the whole. */
    private readonly below: string,
  ) {}

  get remoteURL(): string {
    return this.checkout.clone.remoteURL;
  }

  get #remote(): FakeRemote {
    return this.checkout.clone.remote;
  }

  async currentBranch(): Promise<string | undefined> {
    return this.checkout.place.branch;
  }

  async headCommit(): Promise<string> {
    return this.checkout.head;
  }

  async addAll(): Promise<void> {
    await this.checkout.stage(this.below);
  }

  async hasStagedChanges(): Promise<boolean> {
    return this.checkout.hasStagedChanges();
  }

  async commit({
    message,
    author = this.checkout.clone.author as GitUser,
  }: {
    message: string;
    author?: GitUser;
  }): Promise<boolean> {
    const isChanged = this.checkout.hasStagedChanges();
    if (isChanged) {
      this.checkout.commit(message.trim(), author);
    }
    return isChanged;
  }

  async clear(): Promise<void> {
    const { dir } = this.checkout;
    const folder = this.below === '' ? dir : `${dir}/${this.below}`;
    await removeFiles(folder, (await readFiles(folder)).keys());
    await this.addAll();
  }

  async createTag({
    name: written,
    force = false,
  }: {
    name: string;
    message?: string;
    force?: boolean;
  }): Promise<void> {
    const { tags } = this.checkout.clone;
    const name = toTagName(written);
    const there = tags.get(name);
    if (there !== undefined && there !== this.checkout.head && !force) {
      throw new Error(`tag "${name}" exists already`);
    }
    tags.set(name, this.checkout.head);
  }

  async findRemoteBranch(branch: string): Promise<string | undefined> {
    return this.#remote.branches.get(branch);
  }

  async commitMessage(id: string): Promise<string> {
    return `${this.#remote.get(id).message}\n`;
  }

  async push({
    targetBranch,
    force,
  }: StepPushOptions): Promise<StepPushOutcome> {
    const branch = targetBranch.replace(/^refs\/heads\//, '');
    const ref = `refs/heads/${branch}`;
    await this.checkout.clone.beforePush({ repoURL: this.remoteURL, ref });
    const there = this.#remote.branches.get(branch);
    if (there !== undefined && !force) {
      const outcome = await this.integrate(branch);
      if (outcome.kind === 'refused') {
        return outcome;
      }
    }
    this.#remote.branches.set(branch, this.checkout.head);
    return { kind: 'pushed' };
  }

  async integrate(branch: string): Promise<StepIntegration> {
    const there = this.#remote.branches.get(
      branch.replace(/^refs\/heads\//, ''),
    );
    if (there === undefined) {
      return { kind: 'integrated' };
    }
    const rebase = this.#remote.rebase(this.checkout.head, there);
    if (rebase.kind === 'conflict') {
      return {
        kind: 'refused',
        reason: `merge conflict: both sides changed "${rebase.path}"`,
      };
    }
    await this.checkout.move(rebase.head);
    return { kind: 'integrated' };
  }

  async pushTag(written: string): Promise<void> {
    const name = toTagName(written);
    const ref = `refs/tags/${name}`;
    await this.checkout.clone.beforePush({ repoURL: this.remoteURL, ref });
    const ours = this.checkout.clone.tags.get(name);
    const theirs = this.#remote.tags.get(name);
    if (ours === undefined || (theirs !== undefined && theirs !== ours)) {
      throw new Error(
        `the remote did not accept tag "${name}": ${
          ours === undefined ? 'there is none' : 'it has one elsewhere'
        }`,
      );
    }
    this.#remote.tags.set(name, ours);
  }

  async pushRef(ref: string): Promise<void> {
    await this.checkout.clone.beforePush({ repoURL: this.remoteURL, ref });
    this.#remote.refs.set(ref, this.checkout.head);
  }

  async readSignatures(ids: readonly string[]): Promise<CommitSignature[]> {
    return ids.map(id => ({ id, isTrusted: false }));
  }

  async adoptRemote(branch: string): Promise<void> {
    const there = this.#remote.branches.get(branch);
    if (there === undefined) {
      throw new InputError(
        `not found at ${this.remoteURL}: branch "${branch}"`,
      );
    }
    await this.checkout.reset(there);
  }
}

function only(
  files: FakeFiles,
  isMeant: (path: string) => boolean,
): Map<string, FakeEntry> {
  return new Map([...files].filter(([path]) => isMeant(path)));
}

function toTagName(written: string): string {
  return written.replace(/^refs\/tags\//, '');
}
