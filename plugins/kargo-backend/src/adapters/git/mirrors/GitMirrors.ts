import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isCredentialsRejectedError,
  isInputError,
} from 'backstage-plugin-kargo-node';
import { Clock } from '../../../ports/Clock';
import {
  CommitRange,
  GitHistory,
  GitRemote,
  HistoryCommit,
  HistoryTag,
  HistoryWalk,
  RangeRequest,
  RemoteRef,
  RemoteRefs,
} from '../../../ports/GitClient';
import { LRUCache } from 'lru-cache';
import { GitProgram } from '../process/gitEnvironment';
import { SmartHttp } from '../smart-http/SmartHttp';
import { GitMirror } from './GitMirror';
import {
  listStoredMirrors,
  MirrorLimits,
  selectEvictions,
} from './GitMirrorsEviction';
import {
  compareInMirror,
  isFirstParentAncestor,
  readMirrorPaths,
  readMirrorTags,
  walkMirror,
} from './historyOfMirror';
import { lsRemote, mirrorIdentity, remoteFingerprint } from './lsRemote';
import { LsRemoteCache } from './LsRemoteCache';
import { isGitCommandError } from '../process/parseGitFailure';
import { clearLeftovers, removeFolder } from './wholeFiles';

const REFS_MAX_AGE_MS = 15_000;
const MAX_REMOTES = 10_000;
const MAX_ANCESTRY = 1000;
const EVICTION_PERIOD_MS = 10 * 60_000;
const DEFAULT_LIMITS: MirrorLimits = {
  maxBytes: 20 * 1024 ** 3,
  maxIdleMs: 30 * 24 * 3600_000,
};

/**
 * Reads remote repositories through bare mirrors in a folder of its own.
 *
 * @remarks
 * Each remote has up to two mirrors: one of commits alone, and one with trees for
 * whoever asks which paths commits touch. Tenants with different credentials never share
 * one; tenants with tokens that expire may, so before its first read each token has to
 * list the remote's refs. The folder belongs to one process.
 */
export class GitMirrors implements GitHistory {
  readonly #refs: LsRemoteCache;
  readonly #mirrors = new Map<string, GitMirror>();
  /** Fingerprints of remotes that let their credentials list refs. */
  readonly #proven = new LRUCache<string, true>({ max: MAX_REMOTES });
  readonly #ancestry = new LRUCache<string, Promise<boolean>>({
    max: MAX_ANCESTRY,
  });
  /** Of the monotonic clock. */
  #evictedAt = -Infinity;

  static create(options: {
    program: GitProgram;
    /** Absolute; created when missing. */
    cacheDir: string;
    clock: Pick<Clock, 'now' | 'monotonic'>;
    /** Asks for refs without git where that is enough; git always does unless told. */
    smartHttp?: SmartHttp;
    /** How long one list of refs answers; 15 seconds unless told. */
    refsMaxAgeMs?: number;
    limits?: Partial<MirrorLimits>;
  }): GitMirrors {
    return new GitMirrors(options);
  }

  private constructor(
    private readonly options: {
      readonly program: GitProgram;
      readonly cacheDir: string;
      readonly clock: Pick<Clock, 'now' | 'monotonic'>;
      readonly smartHttp?: SmartHttp;
      readonly refsMaxAgeMs?: number;
      readonly limits?: Partial<MirrorLimits>;
    },
  ) {
    this.#refs = LsRemoteCache.create({
      clock: options.clock,
      maxAgeMs: options.refsMaxAgeMs ?? REFS_MAX_AGE_MS,
      maxEntries: MAX_REMOTES,
    });
  }

  async listRefs(
    remote: GitRemote,
    options: { withHead?: boolean; force?: boolean; signal?: AbortSignal },
  ): Promise<RemoteRefs> {
    const { withHead = false, force = false, signal } = options;
    const fingerprint = remoteFingerprint(remote);
    try {
      const refs = await this.#refs.get(
        fingerprint,
        async call =>
          (await this.options.smartHttp?.listRefs(remote, call.signal)) ??
          lsRemote(this.options.program, {
            remote,
            home: await this.#home(),
            ...call,
          }),
        { withHead, force, signal },
      );
      this.#proven.set(fingerprint, true);
      return refs;
    } catch (error) {
      if (isCredentialsRejectedError(error) || isInputError(error)) {
        // What was brought while they were good is not shown to them any longer.
        this.#proven.delete(fingerprint);
      }
      throw error;
    }
  }

  async *walkBranch(
    remote: GitRemote,
    walk: HistoryWalk,
  ): AsyncGenerator<HistoryCommit, void, undefined> {
    const { signal } = walk;
    const mirror = await this.#acquire(remote, {
      withTrees: walk.withPaths,
      signal,
    });
    const wanted = [{ name: walk.ref, id: walk.head }];
    let isReading = false;
    try {
      await this.#repairing(mirror, () =>
        mirror.ensure(remote, wanted, signal),
      );
      try {
        for await (const commit of walkMirror(mirror, walk)) {
          isReading = true;
          yield commit;
        }
        return;
      } catch (error) {
        if (!isGitCommandError(error)) {
          throw error;
        }
        await mirror.drop();
        if (isReading) {
          throw error;
        }
      }
      await mirror.ensure(remote, wanted, signal);
      yield* walkMirror(mirror, walk);
    } finally {
      await this.#release(mirror);
    }
  }

  async isFirstParentAncestor(
    remote: GitRemote,
    options: {
      ref: string;
      head: string;
      ancestor: string;
      signal?: AbortSignal;
    },
  ): Promise<boolean> {
    const { ref, head, signal } = options;
    return this.#using(remote, { signal }, async mirror => {
      await mirror.ensure(remote, [{ name: ref, id: head }], signal);
      return this.#rememberAncestry(mirror, options);
    });
  }

  /** After a push, every subscription of the branch asks the same. */
  #rememberAncestry(
    mirror: GitMirror,
    options: { head: string; ancestor: string },
  ): Promise<boolean> {
    const { head, ancestor } = options;
    const key = `${mirror.dir} ${head} ${ancestor}`;
    let answer = this.#ancestry.get(key);
    if (!answer) {
      // Short and local, so it goes on although the caller that asked first may leave.
      answer = isFirstParentAncestor(mirror, { head, ancestor });
      answer.catch(() => this.#ancestry.delete(key));
      this.#ancestry.set(key, answer);
    }
    return answer;
  }

  async readTags(
    remote: GitRemote,
    options: { tags: RemoteRef[]; signal?: AbortSignal },
  ): Promise<HistoryTag[]> {
    const { signal } = options;
    return this.#using(remote, { signal }, async mirror => {
      const tags = await this.#ensureTags(mirror, remote, options);
      return readMirrorTags(mirror, { tags, signal });
    });
  }

  async readPaths(
    remote: GitRemote,
    options: { tags: HistoryTag[]; signal?: AbortSignal },
  ): Promise<string[][]> {
    const { tags, signal } = options;
    const wanted = tags.map(({ tag, tagObject, id }) => ({
      name: `refs/tags/${tag}`,
      id: tagObject ?? id,
    }));
    return this.#using(remote, { withTrees: true, signal }, async mirror => {
      await mirror.ensure(remote, wanted, signal);
      const ids = tags.map(({ id }) => id);
      return readMirrorPaths(mirror, { ids, signal });
    });
  }

  async compareCommits(
    remote: GitRemote,
    request: RangeRequest,
  ): Promise<CommitRange | undefined> {
    const { from, to, refs, signal } = request;
    return this.#using(remote, { signal }, async mirror => {
      if (!(await mirror.hasCommits([from, to], signal))) {
        await mirror.ensure(
          remote,
          await this.#findRefs(remote, refs, signal),
          signal,
        );
        if (!(await mirror.hasCommits([from, to], signal))) {
          return undefined;
        }
      }
      return compareInMirror(mirror, request);
    });
  }

  /** The refs of these names that there are, or HEAD. */
  async #findRefs(
    remote: GitRemote,
    names: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<RemoteRef[]> {
    const wanted = names.length > 0 ? names : ['HEAD'];
    const { refs } = await this.listRefs(remote, {
      withHead: names.length === 0,
      signal,
    });
    return refs.filter(({ name }) => wanted.includes(name));
  }

  /** Fetches tags; those that vanished since they were listed are left out. */
  async #ensureTags(
    mirror: GitMirror,
    remote: GitRemote,
    options: { tags: RemoteRef[]; signal?: AbortSignal },
  ): Promise<RemoteRef[]> {
    const { tags, signal } = options;
    try {
      await mirror.ensure(remote, tags, signal);
      return tags;
    } catch (error) {
      if (!isInputError(error)) {
        throw error;
      }
      const { refs } = await this.listRefs(remote, { force: true, signal });
      const now = new Map(refs.map(ref => [ref.name, ref]));
      const left = tags.flatMap(({ name }) => now.get(name) ?? []);
      if (left.length === tags.length) {
        throw error;
      }
      await mirror.ensure(remote, left, signal);
      return left;
    }
  }

  /** Works with a mirror, and once more with a new one when git finds it broken. */
  async #using<T>(
    remote: GitRemote,
    needs: { withTrees?: boolean; signal?: AbortSignal },
    work: (mirror: GitMirror) => Promise<T>,
  ): Promise<T> {
    const mirror = await this.#acquire(remote, needs);
    try {
      return await this.#repairing(mirror, () => work(mirror));
    } finally {
      await this.#release(mirror);
    }
  }

  async #repairing<T>(mirror: GitMirror, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // Neither the remote nor the caller is to blame, so it is the copy.
      if (!isGitCommandError(error)) {
        throw error;
      }
      await mirror.drop();
      return work();
    }
  }

  async #acquire(
    remote: GitRemote,
    needs: { withTrees?: boolean; signal?: AbortSignal },
  ): Promise<GitMirror> {
    if (!this.#proven.has(remoteFingerprint(remote))) {
      await this.listRefs(remote, { signal: needs.signal });
    }
    const identity = mirrorIdentity(remote).slice(0, 40);
    const home = await this.#home();
    const commits = this.#mirror(`${identity}-commits.git`, home);
    const trees = this.#mirror(`${identity}-trees.git`, home);
    // Once there is a mirror with trees it serves everybody: one fetch after a push.
    const useTrees = needs.withTrees ? !commits.isWhole : await trees.isMade();
    const mirror = useTrees ? trees : commits;
    mirror.users += 1;
    return mirror;
  }

  async #release(mirror: GitMirror): Promise<void> {
    mirror.users -= 1;
    await mirror.markUsed(this.options.clock.now());
    await this.#evict();
  }

  #mirror(name: string, home: string): GitMirror {
    const dir = join(this.options.cacheDir, name);
    let mirror = this.#mirrors.get(dir);
    if (!mirror) {
      const filter = name.endsWith('-trees.git') ? 'blob:none' : 'tree:0';
      const { program } = this.options;
      mirror = GitMirror.create({ program, dir, home, filter });
      this.#mirrors.set(dir, mirror);
    }
    return mirror;
  }

  async #home(): Promise<string> {
    const home = join(this.options.cacheDir, 'home');
    try {
      await mkdir(home, { recursive: true });
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      throw new Error(
        `the portal cannot use its folder for git mirrors (${code}), which is in kargo.workingDirectory`,
        { cause: error },
      );
    }
    return home;
  }

  async #evict(): Promise<void> {
    const { clock } = this.options;
    if (clock.monotonic() - this.#evictedAt < EVICTION_PERIOD_MS) {
      return;
    }
    this.#evictedAt = clock.monotonic();
    const now = clock.now();
    await clearLeftovers(this.options.cacheDir, now);
    const stored = await listStoredMirrors(this.options.cacheDir);
    const limits = { ...DEFAULT_LIMITS, ...this.options.limits, now };
    for (const { dir } of selectEvictions(stored, limits)) {
      const mirror = this.#mirrors.get(dir);
      if (!mirror) {
        await removeFolder(dir);
      } else if (mirror.users === 0) {
        await mirror.drop();
      }
    }
  }
}
