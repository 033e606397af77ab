import { mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { LateFiles } from 'backstage-plugin-kargo-node/capabilities';
import { LRUCache } from 'lru-cache';
import { CloneGit } from './gitOfTree';
import { forgetLeftOut, include, leavesFilesOut } from './leftOut';
import { listTrees, TreeLocation } from './location';
import { KeyedLock, removeStaleLocks } from './locks';
import { MissingFiles } from './missingFiles';

/** Each time costs a start of git, which reads the whole index: who asks this often wants all. */
const MAX_TIMES = 8;

/** A checkout that leaves files out. */
interface LateTree {
  readonly location: TreeLocation;
  /** From the Promotion's folder. */
  readonly parts: readonly string[];
}

/** What is missing from a checkout, as of a state of its index. */
interface KnownMissing {
  readonly version: string;
  readonly missing: MissingFiles;
  /** How often files were brought. */
  readonly times: number;
}

/**
 * Which checkouts leave files out, and which files.
 *
 * @remarks
 * All of it stands on the disk, in git's own records; here it is kept as long as those
 * do not change.
 */
export class LeftOutFiles {
  readonly locks = new KeyedLock();
  readonly #trees = new LRUCache<string, readonly LateTree[]>({ max: 1000 });
  readonly #missing = new LRUCache<string, KnownMissing>({ max: 16 });

  /** The checkouts in a Promotion's folder that leave files out. */
  async treesIn(workDir: string): Promise<readonly LateTree[]> {
    const known = this.#trees.get(workDir);
    if (known) {
      return known;
    }
    const found: LateTree[] = [];
    for (const location of await listTrees(workDir)) {
      if (await leavesFilesOut(location.gitDir)) {
        const inside = path.relative(await realpath(workDir), location.root);
        const parts = inside.split(path.sep).filter(part => part !== '');
        found.push({ location, parts });
      }
    }
    this.#trees.set(workDir, found);
    return found;
  }

  /** To be called when checkouts were made or removed there. */
  forget(workDir: string): void {
    this.#trees.delete(workDir);
  }

  async missingFrom(
    { gitDir }: TreeLocation,
    list: () => Promise<string>,
  ): Promise<KnownMissing> {
    const known = this.#missing.get(gitDir);
    const version = await versionOf(gitDir);
    if (known?.version === version) {
      return known;
    }
    const missing = MissingFiles.parse(await list());
    return this.#keep(gitDir, { version, missing, times: known?.times ?? 0 });
  }

  /** What `known` has become by what git did since. */
  async brought({ gitDir }: TreeLocation, known: KnownMissing): Promise<void> {
    this.#keep(gitDir, {
      ...known,
      version: await versionOf(gitDir),
      times: known.times + 1,
    });
  }

  #keep(gitDir: string, known: KnownMissing): KnownMissing {
    this.#missing.set(gitDir, known);
    return known;
  }
}

/** Brings what the checkouts in a Promotion's folder leave out, for one attempt of a step. */
export class LateCheckouts implements LateFiles {
  /** Checkouts in which a git that was killed has left nothing behind. */
  readonly #unlocked = new Set<string>();

  constructor(
    private readonly options: {
      readonly workDir: string;
      readonly leftOut: LeftOutFiles;
      readonly gitOf: (location: TreeLocation) => Promise<CloneGit>;
    },
  ) {}

  async bring(
    parts: readonly string[],
    extent: 'entry' | 'tree',
  ): Promise<void> {
    const { workDir, leftOut } = this.options;
    for (const tree of await leftOut.treesIn(workDir)) {
      const name = nameIn(tree, parts, extent);
      if (name !== undefined) {
        await leftOut.locks.run(tree.location.gitDir, () =>
          this.#bringIn(tree.location, name, extent),
        );
      }
    }
  }

  async #bringIn(
    location: TreeLocation,
    name: string,
    extent: 'entry' | 'tree',
  ): Promise<void> {
    const { leftOut, gitOf } = this.options;
    const git = await gitOf(location);
    const known = await leftOut.missingFrom(location, async () => {
      const args = ['ls-files', '-t', '--stage', '-z'];
      return (await git.run({ args })).stdout;
    });
    const kind = known.missing.kindOf(name);
    if (kind === undefined) {
      return;
    }
    if (kind === 'folder' && extent === 'entry') {
      await mkdir(path.join(location.root, name), { recursive: true });
      return;
    }
    const wanted = known.times < MAX_TIMES ? name : '';
    await this.#unlock(location);
    await include(location.gitDir, wanted, kind);
    await git.run({ args: ['sparse-checkout', 'reapply'] });
    known.missing.remove(wanted);
    await leftOut.brought(location, known);
    if (known.missing.size === 0) {
      await forgetLeftOut(location.gitDir);
      leftOut.forget(this.options.workDir);
    }
  }

  async #unlock(location: TreeLocation): Promise<void> {
    if (!this.#unlocked.has(location.gitDir)) {
      await removeStaleLocks(location);
      this.#unlocked.add(location.gitDir);
    }
  }
}

/**
 * The part of a checkout that a path is about, by its name from the top of it; `undefined`
 * when it is about none.
 */
function nameIn(
  { parts: top }: LateTree,
  parts: readonly string[],
  extent: 'entry' | 'tree',
): string | undefined {
  const shared = Math.min(top.length, parts.length);
  if (!top.slice(0, shared).every((part, index) => part === parts[index])) {
    return undefined;
  }
  if (parts.length > top.length) {
    return parts.slice(top.length).join('/');
  }
  // The checkout itself, or a folder around it.
  return extent === 'tree' ? '' : undefined;
}

/** Changes whenever git writes the index, which it replaces by another file. */
async function versionOf(gitDir: string): Promise<string> {
  const { ino, size, mtimeNs } = await stat(path.join(gitDir, 'index'), {
    bigint: true,
  });
  return `${ino} ${size} ${mtimeNs}`;
}
