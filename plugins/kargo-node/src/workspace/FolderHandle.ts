import { constants, existsSync, fchmod, Stats } from 'node:fs';
import {
  FileHandle,
  mkdir,
  open,
  rename,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localFiles } from './localFiles';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** Where Linux shows what a process has open; a name below an entry is looked up in it. */
const OPEN_FILES = '/proc/self/fd';
const CAN_NAME_HANDLES = existsSync(OPEN_FILES);
const CLOSED = -1;

/**
 * A folder that is open.
 *
 * @remarks
 * A path is a text, and between judging it and using it somebody may put a link in the
 * place of one of its parts: a program that outlives its step, for example. What is named
 * from an open folder cannot be led elsewhere that way. Systems without a way to say so
 * (others than Linux) get the plain path, and only its last part is certain.
 */
export class FolderHandle {
  /** @param root - absolute, trusted */
  static async openRoot(root: string): Promise<FolderHandle> {
    return new FolderHandle(await openFolder(root), root);
  }

  private constructor(
    private descriptor: number,
    private readonly absolute: string,
  ) {}

  /** What the system takes for an entry of this folder; good for one call. */
  pathOf(name: string): string {
    return CAN_NAME_HANDLES
      ? `${OPEN_FILES}/${this.descriptor}/${name}`
      : join(this.absolute, name);
  }

  /** An entry that is a folder, not a link to one. */
  async openFolder(name: string): Promise<FolderHandle> {
    const descriptor = await openFolder(this.pathOf(name));
    return new FolderHandle(descriptor, join(this.absolute, name));
  }

  /** An entry that is a file, for reading. Never waits for the other end of a pipe. */
  openFile(name: string, flags = O_RDONLY | O_NONBLOCK): Promise<FileHandle> {
    return open(this.pathOf(name), flags | O_NOFOLLOW);
  }

  /** Of the entry itself, also when it is a link. */
  stat(name: string): Promise<Stats> {
    return localFiles.stat(this.pathOf(name));
  }

  statSelf(): Promise<Stats> {
    return localFiles.statOpen(this.descriptor);
  }

  names(): Promise<string[]> {
    return localFiles.readNames(this.pathOf('.'));
  }

  async makeFolder(name: string): Promise<void> {
    await mkdir(this.pathOf(name), { mode: 0o700 });
  }

  readLink(name: string): Promise<string> {
    return localFiles.readLink(this.pathOf(name));
  }

  async makeLink(name: string, target: string): Promise<void> {
    await symlink(target, this.pathOf(name));
  }

  async moveTo(name: string, to: FolderHandle, newName: string): Promise<void> {
    await rename(this.pathOf(name), to.pathOf(newName));
  }

  async unlink(name: string): Promise<void> {
    await unlink(this.pathOf(name));
  }

  async removeFolder(name: string): Promise<void> {
    await rmdir(this.pathOf(name));
  }

  async chmod(mode: number): Promise<void> {
    await promisify(fchmod)(this.descriptor, mode);
  }

  async close(): Promise<void> {
    const { descriptor } = this;
    // What gets its number next is another's.
    this.descriptor = CLOSED;
    if (descriptor !== CLOSED) {
      await localFiles.close(descriptor);
    }
  }
}

function openFolder(path: string): Promise<number> {
  return localFiles.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

/** Uses a folder and closes it, whatever happens. */
export async function using<T>(
  folder: FolderHandle,
  use: (folder: FolderHandle) => Promise<T>,
): Promise<T> {
  try {
    return await use(folder);
  } finally {
    await folder.close();
  }
}
