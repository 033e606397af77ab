import { InputError } from '@backstage/errors';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { TerminalError } from '../errors';
import { permissionsOf, statIfThere } from './entries';
import { FolderHandle } from './FolderHandle';
import { makesRepository } from './judgeName';
import { WorkspaceUsage } from './limits';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** What a file is to hold. */
export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Where in an open folder to write what. */
export interface FileTarget {
  folder: FolderHandle;
  name: string;
  /** As the step wrote it, for messages. */
  userPath: string;
  content: FileContent;
  mode?: number;
  maxBytes?: number;
}

/**
 * Puts files, folders and links in open folders, and counts them.
 *
 * @remarks
 * A file is written under another name outside of what steps see and then put in its place:
 * a process that ends in between leaves no half file, and a link in its place is replaced
 * instead of followed.
 */
export class FileWriter {
  constructor(
    private readonly options: {
      /** On the same file system as the files; absolute, made when missing. */
      scratch: string;
      usage: WorkspaceUsage;
      signal: AbortSignal;
    },
  ) {}

  async write(target: FileTarget): Promise<void> {
    const { folder, name, userPath } = target;
    const { scratch, usage } = this.options;
    const present = await statIfThere(folder, name);
    await this.judgeNew(folder, name, userPath, present !== undefined);
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    const temporary = path.join(scratch, randomUUID());
    const mode = target.mode ?? (present ? permissionsOf(present) : 0o600);
    try {
      const bytes = await this.fill(temporary, target, mode);
      usage.add({
        bytes: bytes - (present?.isFile() ? present.size : 0),
        entries: present ? 0 : 1,
      });
      await rename(temporary, folder.pathOf(name));
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Opens an entry that is a folder, which is made when it is missing. */
  async provideFolder(
    folder: FolderHandle,
    name: string,
    userPath: string,
  ): Promise<FolderHandle> {
    if (!(await statIfThere(folder, name))) {
      await this.judgeNew(folder, name, userPath, false);
      this.options.usage.add({ bytes: 0, entries: 1 });
      await folder.makeFolder(name);
    }
    return folder.openFolder(name);
  }

  async makeLink(
    folder: FolderHandle,
    name: string,
    userPath: string,
    target: string,
  ): Promise<void> {
    await this.judgeNew(folder, name, userPath, false);
    this.options.usage.add({ bytes: 0, entries: 1 });
    await folder.makeLink(name, target);
  }

  /** Nothing may be written that git would take for a repository and its configuration. */
  async judgeNew(
    folder: FolderHandle,
    name: string,
    userPath: string,
    exists: boolean,
  ): Promise<void> {
    this.options.signal.throwIfAborted();
    if (!exists && makesRepository(name, await folder.names())) {
      throw new InputError(
        `path "${userPath}" would make its folder a git repository; only git-clone makes repositories`,
      );
    }
  }

  /** Returns how many bytes it were. */
  private async fill(
    temporary: string,
    target: FileTarget,
    mode: number,
  ): Promise<number> {
    const { content, userPath } = target;
    const limit = Math.min(
      target.maxBytes ?? Infinity,
      this.options.usage.maxFileBytes,
    );
    const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    const file = await open(temporary, flags, 0o600);
    try {
      const bytes =
        typeof content === 'string' || content instanceof Uint8Array
          ? await writeWhole(file, Buffer.from(content as string), limit)
          : await this.writeChunks(file, content, limit);
      if (bytes === undefined) {
        throw new TerminalError(
          `"${userPath}" would have more than ${limit} bytes`,
        );
      }
      await file.chmod(mode);
      return bytes;
    } finally {
      await file.close();
    }
  }

  private async writeChunks(
    file: FileHandle,
    content: AsyncIterable<Uint8Array>,
    limit: number,
  ): Promise<number | undefined> {
    let bytes = 0;
    for await (const chunk of content) {
      this.options.signal.throwIfAborted();
      bytes += chunk.length;
      if (bytes > limit) {
        return undefined;
      }
      await file.writeFile(chunk);
    }
    return bytes;
  }
}

async function writeWhole(
  file: FileHandle,
  content: Buffer,
  limit: number,
): Promise<number | undefined> {
  if (content.length > limit) {
    return undefined;
  }
  await file.writeFile(content);
  return content.length;
}
