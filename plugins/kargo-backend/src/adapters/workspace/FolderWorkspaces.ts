import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isError, toError } from '@backstage/errors';
import {
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

/**
 * Keeps the folders of Promotions in one folder: `promotion-<uid>.<id>/files` for steps and
 * `promotion-<uid>.<id>/engine` for what steps must not reach.
 */
export class FolderWorkspaces implements Workspaces {
  /**
   * @param options.workingDirectory - absolute and of this portal alone: what is found in
   * its folder `promotions` and belongs to no Promotion is removed. Made when missing.
   */
  static create(options: { workingDirectory: string }): FolderWorkspaces {
    return new FolderWorkspaces(options.workingDirectory);
  }

  private readonly root: string;
  /** By name of the folder. */
  private readonly usages = new Map<string, WorkspaceUsage>();

  private constructor(private readonly workingDirectory: string) {
    this.root = join(workingDirectory, 'promotions');
  }

  async open(uid: string, id: string | undefined): Promise<Workspace> {
    const wanted = `${nameOf(uid)}.${id}`;
    const names = await this.list();
    if (
      id !== undefined &&
      names.includes(wanted) &&
      (await isWhole(this.locate(uid, id)))
    ) {
      const { dir, privateDir } = this.locate(uid, id);
      await removeTemporaryFolders(dir);
      const usage =
        this.usages.get(wanted) ??
        // Another process has written what is there.
        this.noteUsage(wanted, await countWritten(dir));
      return { dir, privateDir, id, usage, isNew: false };
    }
    await this.removeAll(foldersOf(uid, names));
    const fresh = randomBytes(6).toString('hex');
    const { dir, privateDir } = this.locate(uid, fresh);
    // The engine's first: a crash in between leaves no folder that looks ready.
    await mkdir(privateDir, { recursive: true, mode: 0o700 });
    await mkdir(dir, { mode: 0o700 });
    const usage = this.noteUsage(`${nameOf(uid)}.${fresh}`);
    return { dir, privateDir, id: fresh, usage, isNew: true };
  }

  async remove(uid: string): Promise<void> {
    await this.removeAll(foldersOf(uid, await this.list()));
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

  private noteUsage(
    name: string,
    written?: { bytes: number; entries: number },
  ): WorkspaceUsage {
    const usage = new WorkspaceUsage({ written });
    this.usages.set(name, usage);
    return usage;
  }

  private locate(
    uid: string,
    id: string,
  ): Pick<Workspace, 'dir' | 'privateDir'> {
    const folder = join(this.root, `${nameOf(uid)}.${id}`);
    return { dir: join(folder, 'files'), privateDir: join(folder, 'engine') };
  }

  private nameRemoved(): string {
    return join(this.root, `${REMOVED}${randomBytes(6).toString('hex')}`);
  }

  private async list(): Promise<string[]> {
    await ensurePrivateFolder(this.workingDirectory);
    await ensurePrivateFolder(this.root);
    return readdir(this.root);
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
    try {
      await rename(folder, removed);
    } catch (error) {
      if (isError(error) && error.code === 'ENOENT') {
        // Somebody else is removing it.
        return;
      }
      throw error;
    }
    this.usages.delete(name);
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
      lstat(folder).then(
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

function foldersOf(uid: string, names: string[]): string[] {
  const prefix = `${nameOf(uid)}.`;
  return names.filter(name => name.startsWith(prefix));
}

function nameOf(uid: string): string {
  if (!UID.test(uid)) {
    throw new Error('Expected the uid of a Promotion');
  }
  return PREFIX + uid;
}
