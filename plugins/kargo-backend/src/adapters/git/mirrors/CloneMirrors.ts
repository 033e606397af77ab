import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../../ports/Clock';
import { GitRemote, RemoteRefs } from '../../../ports/GitClient';
import { GitProgram } from '../process/gitEnvironment';
import { isGitCommandError } from '../process/parseGitFailure';
import { runGit } from '../process/runGit';
import { KeyedLock } from '../worktrees/locks';
import { mirrorUsedAt, USED_FILE } from './GitMirror';
import {
  listStoredMirrors,
  MirrorLimits,
  selectEvictions,
} from './GitMirrorsEviction';
import { coreSection } from './cloneConfig';
import { mirrorIdentity } from './lsRemote';
import { movePacks, packFolder, sharePacks } from './packFiles';
import {
  movePackedRef,
  readPackedIds,
  RefFiles,
  toRefFiles,
} from './packedRefs';
import { untilAborted } from '../process/untilAborted';
import {
  CONFIG_FILE,
  REFS_FILE,
  writeRefs,
  writeRepository,
} from './writeRepository';
import {
  clearLeftovers,
  copyWhole,
  removeFolder,
  writeWhole,
} from './wholeFiles';

const MANY_PACKS = 30;
const EVICTION_PERIOD_MS = 10 * 60_000;
const LIMITS: MirrorLimits = {
  maxBytes: 20 * 1024 ** 3,
  maxIdleMs: 30 * 24 * 3600_000,
};
const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tbare = true\n';
/** Where the history ends of a repository that has not all of it. */
const SHALLOW_FILE = 'shallow';

/** A clone to be made. */
export interface NewClone {
  /** Bare and not there yet. */
  readonly repository: string;
  /** A folder beside it, which is used and removed. */
  readonly scratch: string;
  /**
   * Clones by asking the remote, and takes from the repository at `reference` what that
   * one has already.
   */
  readonly make: (reference?: string) => Promise<void>;
  /** How to do without git when nothing is to be brought; git always makes it unless told. */
  readonly withoutGit?: CloneWithoutGit;
  readonly signal?: AbortSignal;
}

/** What a clone without git takes. */
export interface CloneWithoutGit {
  /** What the remote names now; `undefined` where only git can ask. */
  readonly listRefs: () => Promise<RemoteRefs | undefined>;
  /** The clone's configuration, from the section `core` that git wrote on this machine. */
  readonly toConfig: (core: string) => string;
}

/** A clone of what is here, of which the remote has not said yet whether it is all. */
export interface CloneGuess {
  /**
   * Waits for what the remote names now, and gives the clone these refs.
   *
   * @returns `false` when they lead to something that is not here: the clone is of no use
   */
  confirm(): Promise<boolean>;
}

/** A branch that was moved at the remote by a push from a clone. */
export interface PushedBranch {
  /** In full. */
  readonly ref: string;
  readonly from: string;
  readonly to: string;
  /** A repository that has one pack, of what was pushed, and nothing else. */
  readonly repository: string;
}

/**
 * Keeps what clones have brought, so that the next clone of the same remote does not bring
 * it again.
 *
 * @remarks
 * A mirror is never served from: every clone asks the remote with the credentials of its
 * Promotion, once, and has the refs that the remote named to it. The mirror only saves
 * sending what those refs lead to. Where it has all of that, the clone is a handful of files
 * and git is not needed to make it. Tenants with different credentials never share one;
 * tenants with tokens that expire may.
 *
 * A mirror holds packs, which never change and are shared with the clones as files of two
 * names: giving and taking them costs next to nothing, and neither side minds when
 * the other is removed. In one process everything that writes to a mirror or reads its
 * list of packs runs one after the other. Other processes may use the folder as well:
 * whatever is written there has a name of its own until it is whole.
 */
export class CloneMirrors {
  readonly #locks = new KeyedLock();
  /** How the first clones that are on their way end, by mirror. */
  readonly #first = new Map<string, Promise<'ended' | 'aborted'>>();
  /** Mirrors of whose remotes the last clone has brought something: the next may, too. */
  readonly #surprising = new LRUCache<string, true>({ max: 1000 });
  /** Of the monotonic clock. */
  #evictedAt = -Infinity;

  static create(options: {
    program: GitProgram;
    /** Absolute; created when missing. */
    folder: string;
    clock: Pick<Clock, 'now' | 'monotonic'>;
    limits?: Partial<MirrorLimits>;
  }): CloneMirrors {
    return new CloneMirrors(options);
  }

  private constructor(
    private readonly options: {
      readonly program: GitProgram;
      readonly folder: string;
      readonly clock: Pick<Clock, 'now' | 'monotonic'>;
      readonly limits?: Partial<MirrorLimits>;
    },
  ) {}

  /** Makes a clone, with what earlier ones have brought. */
  async clone(remote: GitRemote, clone: NewClone): Promise<void> {
    const dir = this.#dirOf(remote);
    if (await this.#cloneWithMirror(dir, clone)) {
      return;
    }
    // Who comes while the first one is on its way waits, and then has a mirror.
    let first = this.#first.get(dir);
    while (first) {
      const end = await untilAborted(first, clone.signal);
      if (await this.#cloneWithMirror(dir, clone)) {
        return;
      }
      // After a failure everybody tries for themselves: in a queue the last one would wait
      // for as many failures as there are Promotions.
      first = end === 'aborted' ? this.#first.get(dir) : undefined;
    }
    await this.#cloneWhole(dir, clone);
  }

  /**
   * Makes a clone of what is here while the remote is asked, so that a checkout need not
   * wait for the answer; nobody may have it before it is confirmed.
   *
   * @returns `undefined` where nothing is here, or the last clone found that this was not all
   */
  async guess(
    remote: GitRemote,
    {
      repository,
      withoutGit,
    }: Pick<NewClone, 'repository'> & {
      withoutGit: CloneWithoutGit;
    },
  ): Promise<CloneGuess | undefined> {
    const dir = this.#dirOf(remote);
    const isLikely = !this.#surprising.has(dir);
    if (!isLikely || (await mirrorUsedAt(dir)) === undefined) {
      return undefined;
    }
    const answer = withoutGit.listRefs();
    // Whoever clones after a failure asks for it again, and hears of it.
    const named = answer.then(refs => refs && toRefFiles(refs)).catch(() => {});
    let here = '';
    const isMade = await this.#copy(dir, { repository, withoutGit }, known => {
      here = known.packedRefs;
      return known;
    });
    return isMade
      ? {
          confirm: async () => {
            const files = await named;
            if (!files) {
              // Only git can ask this remote, also the next time.
              this.#surprising.set(dir, true);
              return false;
            }
            const isAll = this.#knowsAll(dir, files, here);
            if (isAll) {
              await writeRefs(repository, files);
              await this.#locks.run(dir, () => this.#evict());
            }
            return isAll;
          },
        }
      : undefined;
  }

  /**
   * Whether a branch stands, as far as is known here, where a clone found it: what went by
   * this process meanwhile is known.
   */
  async standsAt(
    remote: GitRemote,
    { ref, from }: Pick<PushedBranch, 'ref' | 'from'>,
  ): Promise<boolean> {
    const packed = await localFiles
      .readText(join(this.#dirOf(remote), REFS_FILE))
      .catch(() => '');
    return movePackedRef(packed, { ref, from, to: from }) !== undefined;
  }

  /** Keeps what was just pushed, so that the next clone does not bring it back. */
  async add(remote: GitRemote, pushed: PushedBranch): Promise<void> {
    const dir = this.#dirOf(remote);
    await this.#locks.run(dir, async () => {
      try {
        const packed = await localFiles.readText(join(dir, REFS_FILE));
        const moved = movePackedRef(packed, pushed);
        if (moved === undefined) {
          // What the pack builds upon may not be here.
          return;
        }
        await sharePacks(pushed.repository, dir);
        // Refs after what they lead to.
        await writeWhole(join(dir, REFS_FILE), moved);
      } catch {
        // It went meanwhile, or the disk is full: the next clone brings it.
      }
    });
  }

  /** Throws away what clones of a remote have brought: a clone turned out to be broken. */
  async drop(remote: GitRemote): Promise<void> {
    await this.#drop(this.#dirOf(remote));
  }

  /** Makes a clone by what the remote sends, for which others may wait. */
  async #cloneWhole(
    dir: string,
    { repository, make, signal }: NewClone,
  ): Promise<void> {
    const work = async () => {
      await make();
      await this.#keep(dir, repository);
    };
    if (this.#first.has(dir)) {
      await work();
      return;
    }
    const mine = work();
    const end = mine
      .catch(() => {})
      .then(() => {
        this.#first.delete(dir);
        return signal?.aborted ? 'aborted' : 'ended';
      });
    this.#first.set(dir, end);
    await mine;
  }

  /** Whether it was made: not where there is no mirror, or half of one. */
  async #cloneWithMirror(dir: string, clone: NewClone): Promise<boolean> {
    const { repository, scratch, make } = clone;
    if (await this.#cloneKnown(dir, clone)) {
      return true;
    }
    try {
      if (!(await this.#lend(dir, scratch))) {
        return false;
      }
      await make(scratch);
      await movePacks(scratch, repository);
      await rm(join(repository, 'objects', 'info', 'alternates'), {
        force: true,
      });
    } catch (error) {
      // Neither the remote nor the caller is to blame, so it is the mirror.
      if (!isGitCommandError(error)) {
        throw error;
      }
      await this.#drop(dir);
      await rm(repository, { recursive: true, force: true });
      await make();
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    await this.#keep(dir, repository);
    return true;
  }

  /** Makes a clone of what a mirror has, when that is all that the remote names now. */
  async #cloneKnown(dir: string, clone: NewClone): Promise<boolean> {
    const { repository, withoutGit } = clone;
    if (!withoutGit || (await mirrorUsedAt(dir)) === undefined) {
      return false;
    }
    const named = await withoutGit.listRefs();
    const files = named && toRefFiles(named);
    if (!files) {
      return false;
    }
    const isMade = await this.#copy(dir, { repository, withoutGit }, here =>
      this.#knowsAll(dir, files, here.packedRefs) ? files : undefined,
    );
    if (isMade) {
      await this.#locks.run(dir, () => this.#evict());
    }
    return isMade;
  }

  /** Whether a mirror has all that the remote names, which is remembered. */
  #knowsAll(dir: string, named: RefFiles, packedRefs: string): boolean {
    const isAll = isSubset(
      readPackedIds(named.packedRefs),
      readPackedIds(packedRefs),
    );
    if (isAll) {
      this.#surprising.delete(dir);
    } else {
      this.#surprising.set(dir, true);
    }
    return isAll;
  }

  /** Makes a repository of a mirror's packs, with the refs that are chosen by what it has. */
  #copy(
    dir: string,
    {
      repository,
      withoutGit,
    }: Pick<NewClone, 'repository'> & {
      withoutGit: CloneWithoutGit;
    },
    choose: (here: RefFiles) => RefFiles | undefined,
  ): Promise<boolean> {
    return this.#locks.run(dir, async () => {
      try {
        // Refs before what they lead to: another process may be adding both.
        const [head, packedRefs, config] = await Promise.all(
          ['HEAD', REFS_FILE, CONFIG_FILE].map(file =>
            localFiles.readText(join(dir, file)),
          ),
        );
        const files = choose({ head, packedRefs });
        if (!files) {
          return false;
        }
        await writeRepository(repository, files, withoutGit.toConfig(config));
        const packs = await sharePacks(dir, repository);
        await writeFile(join(dir, USED_FILE), '');
        if (packs > MANY_PACKS) {
          await this.#repack(dir);
        }
        return true;
      } catch {
        // As `#lend`; whatever is wrong, git finds out or does not mind.
        await rm(repository, { recursive: true, force: true });
        return false;
      }
    });
  }

  /** Makes a repository of what a mirror has right now; false when there is no whole mirror. */
  #lend(dir: string, to: string): Promise<boolean> {
    return this.#locks.run(dir, async () => {
      if ((await mirrorUsedAt(dir)) === undefined) {
        return false;
      }
      await rm(to, { recursive: true, force: true });
      await mkdir(join(to, 'refs'), { recursive: true });
      await writeFile(join(to, CONFIG_FILE), CONFIG);
      try {
        // Refs before what they lead to: another process may be adding both.
        for (const file of ['HEAD', REFS_FILE]) {
          await copyFile(join(dir, file), join(to, file));
        }
        await sharePacks(dir, to);
        return true;
      } catch {
        // Thrown away meanwhile for the room it took, or by somebody's hand.
        return false;
      }
    });
  }

  /** Completes a mirror by what a clone has that was just made. */
  #keep(dir: string, repository: string): Promise<void> {
    return this.#locks.run(dir, async () => {
      if (await isShallow(repository)) {
        // Commits of it lead to others that nobody has here.
        await removeFolder(dir);
        return;
      }
      try {
        await mkdir(join(dir, 'refs'), { recursive: true });
        const packs = await sharePacks(repository, dir);
        // Refs after what they lead to, and each file whole or not at all.
        for (const file of [REFS_FILE, 'HEAD']) {
          await copyWhole(join(repository, file), join(dir, file));
        }
        const config = await localFiles.readText(join(repository, CONFIG_FILE));
        await writeWhole(join(dir, CONFIG_FILE), coreSection(config) ?? CONFIG);
        await writeFile(join(dir, USED_FILE), '');
        if (packs > MANY_PACKS) {
          await this.#repack(dir);
        }
      } catch {
        // The clone is whole without it: an empty repository has no refs, a disk may be full.
        await removeFolder(dir);
      }
      await this.#evict();
    });
  }

  /** Makes one pack of the many small ones that single commits come in. */
  async #repack(dir: string): Promise<void> {
    await runGit(this.options.program, {
      args: ['repack', '-d', '--geometric=2', '--quiet'],
      home: this.options.folder,
      env: { GIT_DIR: dir },
    });
  }

  #drop(dir: string): Promise<void> {
    return this.#locks.run(dir, () => removeFolder(dir));
  }

  #dirOf(remote: GitRemote): string {
    const identity = mirrorIdentity(remote).slice(0, 40);
    return join(this.options.folder, `${identity}.git`);
  }

  async #evict(): Promise<void> {
    const { folder, clock } = this.options;
    if (clock.monotonic() - this.#evictedAt < EVICTION_PERIOD_MS) {
      return;
    }
    this.#evictedAt = clock.monotonic();
    const now = clock.now();
    const limits = { ...LIMITS, ...this.options.limits, now };
    const mirrors = await listStoredMirrors(folder);
    await clearLeftovers(folder, now);
    for (const { dir } of mirrors) {
      await clearLeftovers(dir, now);
      await clearLeftovers(packFolder(dir), now);
    }
    for (const { dir } of selectEvictions(mirrors, limits)) {
      // Who is about to take something from it makes a clone without.
      await removeFolder(dir);
    }
  }
}

function isSubset(
  some: ReadonlySet<string>,
  all: ReadonlySet<string>,
): boolean {
  return [...some].every(id => all.has(id));
}

/** Whether the remote itself has not the whole history. */
function isShallow(repository: string): Promise<boolean> {
  return localFiles.isThere(join(repository, SHALLOW_FILE));
}
