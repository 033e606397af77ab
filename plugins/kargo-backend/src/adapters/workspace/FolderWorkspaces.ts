import { randomBytes } from 'node:crypto';
import { mkdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isError, toError } from '@backstage/errors';
import {
  LateFiles,
  localFiles,
  removeTemporaryFolders,
  WorkspaceUsage,
} from 'backstage-plugin-kargo-node/capabilities';
import { LeftoversError, Workspace, Workspaces } from '../../ports/Workspaces';
import { countWritten } from './countWritten';
import { ensurePrivateFolder } from './privateFolder';
import { removeFolder } from './removeFolder';

const PREFIX = 'promotion-';
/** What is on its way out. A folder of this name is never opened again. */
const REMOVED = 'removed-';
/** What a uid may be, so that it can never name another folder. */
const UID = /^[0-9a-zA-Z-]{1,64}$/;

/** What brings the files that the checkouts in a Promotion's folder have left out. */
export type FindLateFiles = (options: {
  /** What steps see. */
  workDir: string;
  signal: AbortSignal;
}) => LateFiles;

/**
 * Keeps the folders of Promotions in one folder: `promotion-<uid>.<id>/files` for steps and
 * `promotion-<uid>.<id>/engine` for what steps must not reach.
 */
export class FolderWorkspaces implements Workspaces {
  /**
   * @param options.workingDirectory - absolute and of this portal alone: what is found in
   * its folder `promotions` and belongs to no Promotion is removed. Made when missing.
   * @param options.lateFiles - what steps find in their folder although it is not there yet
   */
  static create(options: {
    workingDirectory: string;
    lateFiles?: FindLateFiles;
  }): FolderWorkspaces {
    return new FolderWorkspaces(options.workingDirectory, options.lateFiles);
  }

  private readonly root: string;
  /** Of the folders that were opened here, by their names. */
  private readonly usages = new Map<string, WorkspaceUsage>();

  private constructor(
    private readonly workingDirectory: string,
    private readonly lateFiles?: FindLateFiles,
  ) {
    this.root = join(workingDirectory, 'promotions');
  }

  async open(uid: string, id: string | undefined): Promise<Workspace> {
    const prefix = `${nameOf(uid)}.`;
    const left = id === undefined ? undefined : await this.reopen(prefix, id);
    if (left) {
      return left;
    }
    await this.removeOpened(prefix);
    const fresh = randomBytes(6).toString('hex');
    const { dir, privateDir } = this.locate(prefix + fresh);
    const usage = new WorkspaceUsage();
    let making: Promise<void> | undefined;
    return {
      ...{ dir, privateDir, id: fresh, usage, isNew: true },
      ...this.lateIn(dir),
      get isMade() {
        return making !== undefined;
      },
      make: async () => {
        making ??= this.make(prefix, fresh, usage);
        await making.catch(error => {
          // What stood in the way may be gone when it is tried again.
          making = undefined;
          throw error;
        });
      },
    };
  }

  async remove(uid: string): Promise<void> {
    await this.removeOpened(`${nameOf(uid)}.`);
  }

  /** The folders that the status remembers, if they are there. */
  private async reopen(
    prefix: string,
    id: string,
  ): Promise<Workspace | undefined> {
    const names = await this.list();
    const name = prefix + id;
    // Looked for among the names, for an id may be anything.
    if (!names.includes(name) || !(await isWhole(this.locate(name)))) {
      return undefined;
    }
    const { dir, privateDir } = this.locate(name);
    await removeTemporaryFolders(dir);
    const usage =
      this.usages.get(name) ??
      // Another process has written what is there.
      new WorkspaceUsage({ written: await countWritten(dir) });
    this.usages.set(name, usage);
    return {
      ...{ dir, privateDir, id, usage, isNew: false },
      ...this.lateIn(dir),
      isMade: true,
      make: async () => undefined,
    };
  }

  private lateIn(workDir: string): Pick<Workspace, 'late'> {
    const { lateFiles } = this;
    return lateFiles ? { late: signal => lateFiles({ workDir, signal }) } : {};
  }

  private async make(
    prefix: string,
    id: string,
    usage: WorkspaceUsage,
  ): Promise<void> {
    // What a process that is gone has left of the Promotion, too.
    await this.removeAll(withPrefix(prefix, await this.list()));
    const { dir, privateDir } = this.locate(prefix + id);
    this.usages.set(prefix + id, usage);
    // The engine's first: a crash in between leaves no folder that looks ready.
    await mkdir(privateDir, { recursive: true, mode: 0o700 });
    await mkdir(dir, { mode: 0o700 });
  }

  /**
   * Makes sure that folders can be made and removed; makes again what somebody removed.
   *
   * @throws Error that says why they cannot
   */
  async check(): Promise<void> {
    await this.list();
    const probe = this.nameRemoved();
    await mkdir(probe, { mode: 0o700 });
    await rmdir(probe);
  }

  async removeOthers(
    listInUse: () => Promise<ReadonlySet<string>>,
  ): Promise<void> {
    const names = await this.list();
    const uidsInUse = await listInUse();
    const leftovers = names.filter(name => {
      const [uid] = name.slice(PREFIX.length).split('.');
      return (
        name.startsWith(REMOVED) ||
        (name.startsWith(PREFIX) && !uidsInUse.has(uid))
      );
    });
    const failures: Error[] = [];
    for (const name of leftovers) {
      await this.removeOne(name).catch(error => failures.push(toError(error)));
    }
    if (failures.length > 0) {
      throw new LeftoversError(failures);
    }
  }

  private locate(name: string): Pick<Workspace, 'dir' | 'privateDir'> {
    const folder = join(this.root, name);
    return { dir: join(folder, 'files'), privateDir: join(folder, 'engine') };
  }

  private nameRemoved(): string {
    return join(this.root, `${REMOVED}${randomBytes(6).toString('hex')}`);
  }

  private async list(): Promise<string[]> {
    await ensurePrivateFolder(this.workingDirectory);
    await ensurePrivateFolder(this.root);
    return localFiles.readNames(this.root);
  }

  private async removeOpened(prefix: string): Promise<void> {
    await this.removeAll(withPrefix(prefix, [...this.usages.keys()]));
  }

  private async removeAll(names: string[]): Promise<void> {
    for (const name of names) {
      await this.removeOne(name);
    }
  }

  /** By another name first: a step that was given up finds nothing to write to. */
  private async removeOne(name: string): Promise<void> {
    const folder = join(this.root, name);
    const removed = this.nameRemoved();
    const usage = this.usages.get(name);
    this.usages.delete(name);
    try {
      await rename(folder, removed);
    } catch (error) {
      if (isError(error) && error.code === 'ENOENT') {
        // Somebody else is removing it.
        return;
      }
      if (usage) {
        // It is still there.
        this.usages.set(name, usage);
      }
      throw error;
    }
    await removeFolder(removed);
  }
}

/** Not where somebody has removed what was in a folder. */
async function isWhole({
  dir,
  privateDir,
}: Pick<Workspace, 'dir' | 'privateDir'>): Promise<boolean> {
  const found = await Promise.all(
    [dir, privateDir].map(folder =>
      localFiles.stat(folder).then(
        stats => stats.isDirectory(),
        error => {
          if (isError(error) && error.code === 'ENOENT') {
            return false;
          }
          throw error;
        },
      ),
    ),
  );
  return found.every(Boolean);
}

function withPrefix(prefix: string, names: readonly string[]): string[] {
  return names.filter(name => name.startsWith(prefix));
}

function nameOf(uid: string): string {
  if (!UID.test(uid)) {
    throw new Error('Expected the uid of a Promotion');
  }
  return PREFIX + uid;
}
