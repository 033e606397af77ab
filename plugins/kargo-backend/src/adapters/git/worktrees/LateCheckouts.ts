import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  LateFiles,
  localFiles,
} from 'backstage-plugin-kargo-node/capabilities';
import { LRUCache } from 'lru-cache';
import { CloneGit } from './gitOfTree';
import {
  ALL,
  ATTRIBUTES,
  forgetLeftOut,
  include,
  keep,
  leavesFilesOut,
} from './leftOut';
import { removeHalfBrought } from './leftOutOnDisk';
import { listTrees, readGitDir, TreeLocation } from './location';
import { KeyedLock, removeStaleLocks } from './locks';
import { LIST_INDEX, MissingFiles, parseIndex } from './missingFiles';

/** Each time costs a start of git, which reads the whole index: who asks this often wants all. */
const MAX_TIMES = 8;
/** Of files of all checkouts together, which take some 70 MiB. */
const MAX_NAMES = 500_000;

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
  /** What is there, as far as git was not told that it belongs there. */
  readonly present: readonly string[];
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
  /** By the records of a checkout: git changes its files, or what is missing is brought. */
  readonly locks = new KeyedLock();
  readonly #trees = new LRUCache<string, readonly LateTree[]>({ max: 1000 });
  readonly #missing = new LRUCache<string, KnownMissing>({
    maxSize: MAX_NAMES,
    // What is larger is kept all the same, alone.
    sizeCalculation: ({ missing, present }) =>
      Math.min(1 + missing.size + present.length, MAX_NAMES),
  });

  /** The checkouts in a Promotion's folder that leave files out. */
  async treesIn(workDir: string): Promise<readonly LateTree[]> {
    const known = this.#trees.get(workDir);
    if (known) {
      return known;
    }
    const found: LateTree[] = [];
    for (const location of await listTrees(workDir)) {
      if (await leavesFilesOut(location.gitDir)) {
        const inside = path.relative(
          await localFiles.realPath(workDir),
          location.root,
        );
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
    list: () => Promise<string | undefined>,
  ): Promise<KnownMissing | undefined> {
    const known = this.#missing.get(gitDir);
    const version = await versionOf(gitDir);
    if (known?.version === version) {
      return known;
    }
    const listed = await list();
    if (listed === undefined) {
      return undefined;
    }
    const entries = parseIndex(listed);
    const present = entries.filter(({ isLeftOut }) => !isLeftOut);
    return this.#keep(gitDir, {
      version,
      missing: MissingFiles.of(entries),
      present: present.map(({ name }) => name),
      times: known?.times ?? 0,
    });
  }

  /** To be called when git may have got half way only. */
  forgetMissing({ gitDir }: TreeLocation): void {
    this.#missing.delete(gitDir);
  }

  /** What `known` has become by what git did since. */
  async brought({ gitDir }: TreeLocation, known: KnownMissing): Promise<void> {
    this.#keep(gitDir, {
      ...known,
      present: [],
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
    if (parts.at(-1) === ATTRIBUTES) {
      // Who changes them does not change what is there already.
      await this.bring(parts.slice(0, -1), 'tree');
      return;
    }
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
    const known = await leftOut.missingFrom(location, () =>
      this.#list(location),
    );
    const kind = known?.missing.kindOf(name);
    if (!known || kind === undefined || !(await this.#isThere(location))) {
      return;
    }
    if (kind === 'folder' && extent === 'entry') {
      await mkdir(path.join(location.root, name), { recursive: true });
      return;
    }
    await this.#unlock(location);
    // Until it has come to an end, nobody knows what is there.
    leftOut.forgetMissing(location);
    const git = await gitOf(location);
    const wantsAll =
      known.times >= MAX_TIMES || (await keep(location.gitDir, known.present));
    const isAll = await include(
      git,
      location.gitDir,
      wantsAll ? ALL : { name, kind },
    );
    known.missing.remove(isAll ? ALL.name : name);
    await leftOut.brought(location, known);
    if (known.missing.size === 0) {
      await forgetLeftOut(location.gitDir);
      leftOut.forget(this.options.workDir);
    }
  }

  async #list(location: TreeLocation): Promise<string | undefined> {
    if (!(await this.#isThere(location))) {
      return undefined;
    }
    await this.#unlock(location);
    const git = await this.options.gitOf(location);
    await removeHalfBrought(git, location);
    return (await git.run({ args: LIST_INDEX })).stdout;
  }

  /** Whether a folder is still the checkout: git may have removed it with one around it. */
  async #isThere({ root, gitDir }: TreeLocation): Promise<boolean> {
    const isThere = (await readGitDir(path.join(root, '.git'))) === gitDir;
    if (!isThere) {
      this.options.leftOut.forget(this.options.workDir);
    }
    return isThere;
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
