import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Workspaces } from '../../ports/Workspaces';

const PREFIX = 'promotion-';
/** What a uid may be, so that it can never name another folder. */
const UID = /^[0-9a-zA-Z-]{1,64}$/;

/** Keeps the folders of Promotions in one folder of the file system. */
export class FolderWorkspaces implements Workspaces {
  /** @param options.root - absolute; made when missing */
  static create(options: { root: string }): FolderWorkspaces {
    return new FolderWorkspaces(options.root);
  }

  private constructor(private readonly root: string) {}

  async open(uid: string): Promise<{ dir: string; isNew: boolean }> {
    const dir = this.folderOf(uid);
    const made = await mkdir(dir, { recursive: true, mode: 0o700 });
    return { dir, isNew: made !== undefined };
  }

  async remove(uid: string): Promise<void> {
    await rm(this.folderOf(uid), {
      recursive: true,
      force: true,
      // A child process that is being ended may still write.
      maxRetries: 3,
    });
  }

  async removeOthers(uidsInUse: ReadonlySet<string>): Promise<void> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.root)) {
      const uid = name.slice(PREFIX.length);
      if (name.startsWith(PREFIX) && !uidsInUse.has(uid)) {
        await this.remove(uid);
      }
    }
  }

  private folderOf(uid: string): string {
    if (!UID.test(uid)) {
      throw new Error('Expected the uid of a Promotion');
    }
    return join(this.root, PREFIX + uid);
  }
}
