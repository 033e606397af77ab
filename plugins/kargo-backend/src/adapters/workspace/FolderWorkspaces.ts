import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Workspace, Workspaces } from '../../ports/Workspaces';

const PREFIX = 'promotion-';
/** What a uid may be, so that it can never name another folder. */
const UID = /^[0-9a-zA-Z-]{1,64}$/;

/** Keeps the folders of Promotions in one folder: `promotion-<uid>.<id>`. */
export class FolderWorkspaces implements Workspaces {
  /** @param options.root - absolute; made when missing */
  static create(options: { root: string }): FolderWorkspaces {
    return new FolderWorkspaces(options.root);
  }

  private constructor(private readonly root: string) {}

  async open(uid: string, id: string | undefined): Promise<Workspace> {
    const wanted = `${nameOf(uid)}.${id}`;
    if (id !== undefined && (await this.list()).includes(wanted)) {
      return { dir: join(this.root, wanted), id, isNew: false };
    }
    await this.remove(uid);
    const fresh = randomBytes(6).toString('hex');
    const dir = join(this.root, `${nameOf(uid)}.${fresh}`);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return { dir, id: fresh, isNew: true };
  }

  async remove(uid: string): Promise<void> {
    const prefix = `${nameOf(uid)}.`;
    await this.removeAll(name => name.startsWith(prefix));
  }

  async removeOthers(uidsInUse: ReadonlySet<string>): Promise<void> {
    await this.removeAll(name => {
      const [uid] = name.slice(PREFIX.length).split('.');
      return name.startsWith(PREFIX) && !uidsInUse.has(uid);
    });
  }

  private async list(): Promise<string[]> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    return readdir(this.root);
  }

  private async removeAll(isMeant: (name: string) => boolean): Promise<void> {
    for (const name of (await this.list()).filter(isMeant)) {
      await rm(join(this.root, name), {
        recursive: true,
        force: true,
        // A child process that is being ended may still write.
        maxRetries: 3,
      });
    }
  }
}

function nameOf(uid: string): string {
  if (!UID.test(uid)) {
    throw new Error('Expected the uid of a Promotion');
  }
  return PREFIX + uid;
}
