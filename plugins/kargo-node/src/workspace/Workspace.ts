import { InputError } from '@backstage/errors';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyOptions,
  FileEntry,
  FileInfo,
  StepFiles,
  WriteFileOptions,
} from '../contracts/files';
import { assertLeadsInside } from './assertLeadsInside';
import { assertNothingHidden } from './assertNothingHidden';
import { copyTree } from './copyTree';
import {
  describe,
  listFolder,
  removeEntry,
  statIfThere,
  walkFolder,
} from './entries';
import { ifThere, withFileError } from './fileError';
import { FileContent, FileWriter } from './FileWriter';
import { FolderHandle, using } from './FolderHandle';
import { LateFiles, NOTHING_LATE } from './LateFiles';
import { WorkspaceUsage } from './limits';
import { localFiles } from './localFiles';
import { newTemporaryName } from './temporaryFolders';
import { WorkspaceTree } from './WorkspaceTree';

const DEFAULT_READ_BYTES = 16 * 1024 * 1024;

/** What the files of an attempt need. @public */
export interface WorkspaceOptions {
  /** What steps see as the root; absolute, existing. */
  root: string;
  /** For files that are being written; on the same file system, out of reach of steps. */
  scratch: string;
  /** One for all attempts of a Promotion. */
  usage?: WorkspaceUsage;
  /** Brings what is not there yet; everything is unless told. */
  late?: LateFiles;
  signal?: AbortSignal;
}

/**
 * The files of a Promotion: the only code that opens files for steps.
 *
 * @public
 */
export class Workspace implements StepFiles {
  static async create(options: WorkspaceOptions): Promise<Workspace> {
    const root = await localFiles.realPath(options.root);
    const {
      scratch,
      usage = new WorkspaceUsage(),
      late = NOTHING_LATE,
      signal = new AbortController().signal,
    } = options;
    const writer = new FileWriter({ scratch, usage, signal });
    const tree = new WorkspaceTree(root, signal, writer, late);
    return new Workspace(tree, signal, usage, writer);
  }

  private constructor(
    private readonly tree: WorkspaceTree,
    private readonly signal: AbortSignal,
    private readonly usage: WorkspaceUsage,
    private readonly writer: FileWriter,
  ) {}

  async find(
    userPath: string,
    { followLinks = true }: { followLinks?: boolean } = {},
  ): Promise<FileInfo | undefined> {
    const links = followLinks ? 'follow' : 'leaf';
    return withFileError('read', userPath, async () => {
      const parts = await this.tree.resolve(userPath, { links });
      return this.tree.find(parts);
    });
  }

  async list(userPath: string): Promise<FileEntry[]> {
    return withFileError('read', userPath, async () => {
      const parts = await this.tree.resolveTree(userPath);
      return using(await this.tree.openFolder(parts), folder =>
        listFolder(folder, parts, parts.length),
      );
    });
  }

  async *walk(
    userPath: string,
    { enter = () => true }: { enter?(folder: FileEntry): boolean } = {},
  ): AsyncGenerator<FileEntry, void, undefined> {
    const { parts, folder } = await withFileError(
      'read',
      userPath,
      async () => {
        const resolved = await this.tree.resolveTree(userPath);
        return {
          parts: resolved,
          folder: await this.tree.openFolder(resolved),
        };
      },
    );
    try {
      const depth = parts.length;
      yield* walkFolder({ folder, parts, depth, enter, signal: this.signal });
    } finally {
      await folder.close();
    }
  }

  async read(
    userPath: string,
    { maxBytes = DEFAULT_READ_BYTES }: { maxBytes?: number } = {},
  ): Promise<Buffer> {
    const { info, stream } = await this.open(userPath);
    if (info.size > maxBytes) {
      stream.destroy();
      throw new InputError(
        `"${userPath}" has ${info.size} bytes; at most ${maxBytes} are read`,
      );
    }
    return withFileError('read', userPath, async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) {
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    });
  }

  async readText(
    userPath: string,
    options: { maxBytes?: number } = {},
  ): Promise<string> {
    const bytes = await this.read(userPath, options);
    try {
      // A byte order mark is part of the text: it must survive an edit.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        bytes,
      );
    } catch {
      // Decoding with replacement characters would write them back.
      throw new InputError(`"${userPath}" is not a UTF-8 text`);
    }
  }

  async open(userPath: string): Promise<{ info: FileInfo; stream: Readable }> {
    return withFileError('read', userPath, async () => {
      const parts = await this.tree.resolve(userPath);
      const file = await this.tree.inParent(parts, (folder, name) =>
        folder.openFile(name),
      );
      const stats = await file.stat();
      if (!stats.isFile()) {
        await file.close();
        throw new InputError(`cannot read "${userPath}": it is not a file`);
      }
      // What grows while it is read is not read on for ever.
      const end = Math.max(0, stats.size - 1);
      const stream =
        stats.size === 0
          ? Readable.from([])
          : file.createReadStream({ end, signal: this.signal });
      if (stats.size === 0) {
        await file.close();
      }
      return { info: describe(parts, stats), stream };
    });
  }

  async write(
    userPath: string,
    content: FileContent,
    options: WriteFileOptions = {},
  ): Promise<void> {
    await withFileError('write', userPath, () =>
      this.put(userPath, content, options),
    );
  }

  async makeFolder(
    userPath: string,
    { mode }: { mode?: number } = {},
  ): Promise<void> {
    await withFileError('make', userPath, async () => {
      const parts = await this.tree.resolve(userPath);
      const isNew = (await this.tree.find(parts)) === undefined;
      await using(
        await this.tree.provideFolder(parts, userPath),
        async folder => {
          if (isNew && mode !== undefined) {
            await folder.chmod(mode);
          }
        },
      );
    });
  }

  async readLink(userPath: string): Promise<string> {
    return withFileError('read', userPath, async () => {
      const parts = await this.tree.resolve(userPath, { links: 'leaf' });
      return this.tree.inParent(parts, (folder, name) => folder.readLink(name));
    });
  }

  async makeLink(userPath: string, target: string): Promise<void> {
    await withFileError('make', userPath, async () => {
      const parts = await this.tree.resolve(userPath, { links: 'leaf' });
      const name = leafOf(parts, userPath);
      const folder = await this.tree.provideFolder(
        parts.slice(0, -1),
        userPath,
      );
      await using(folder, () =>
        this.writer.makeLink(folder, name, userPath, target),
      );
    });
  }

  async copy(
    from: string,
    to: string,
    { skip = () => false }: CopyOptions = {},
  ): Promise<void> {
    await withFileError('copy', `${from}" to "${to}`, async () => {
      const source = await this.tree.resolveTree(from);
      const target = await this.tree.resolveTree(to);
      const { kind } = await this.tree.describe(source);
      if (kind !== 'folder') {
        const { info, stream } = await this.open(from);
        try {
          await this.put(to, stream, { mode: info.mode });
        } finally {
          stream.destroy();
        }
        return;
      }
      if (source.every((part, index) => part === target[index])) {
        throw new InputError('a folder cannot be copied into itself');
      }
      await this.copyFolder(source, target, skip);
    });
  }

  async move(from: string, to: string): Promise<void> {
    await withFileError('move', `${from}" to "${to}`, async () => {
      const source = await this.tree.resolveTree(from, { links: 'leaf' });
      const target = await this.tree.resolveTree(to, { links: 'leaf' });
      if (source.every((part, index) => part === target[index])) {
        throw new InputError('a folder cannot be moved into itself');
      }
      await this.assertMovable(source, from);
      const name = leafOf(target, to);
      const parent = await this.tree.provideFolder(target.slice(0, -1), to);
      await using(parent, async () => {
        await this.writer.judgeNew(parent, name, to, false);
        await this.removeIn(parent, name);
        await this.tree.inParent(source, (folder, own) =>
          folder.moveTo(own, parent, name),
        );
      });
    });
  }

  async findRemovable(userPath: string): Promise<FileInfo | undefined> {
    return withFileError('delete', userPath, async () => {
      const parts = await this.tree.resolveRemovable(userPath);
      return parts && this.tree.find(parts);
    });
  }

  async remove(userPath: string): Promise<boolean> {
    return withFileError('delete', userPath, async () => {
      const parts = await this.tree.resolveRemovable(userPath);
      const done =
        parts &&
        (await ifThere(() =>
          this.tree.inParent(parts, (folder, name) =>
            this.removeIn(folder, name),
          ),
        ));
      return done ?? false;
    });
  }

  async withTemporaryFolder<T>(
    work: (folder: string) => Promise<T>,
  ): Promise<T> {
    const name = newTemporaryName();
    await this.makeFolder(name);
    try {
      return await work(name);
    } finally {
      await this.discard(name);
    }
  }

  /**
   * Where a path is on the disk, with no link in it.
   *
   * @throws InputError for what steps may not use.
   */
  async locate(userPath: string): Promise<string> {
    return path.join(this.tree.root, ...(await this.tree.resolve(userPath)));
  }

  /**
   * Brings all that is below a path, for whoever looks at the disk without asking here: a
   * program, or git that is to make a checkout there.
   */
  async complete(userPath: string): Promise<void> {
    await this.tree.resolveTree(userPath);
  }

  /**
   * Makes sure that a program, which follows links as the system does, stays in the
   * Promotion's folder when it is given this path.
   *
   * @throws InputError that names the link which leads outside.
   */
  async assertContained(userPath: string): Promise<void> {
    await assertLeadsInside(
      this.tree.root,
      path.posix.normalize(`/${userPath}`),
    );
    const info = await this.find(userPath);
    if (info?.kind !== 'folder') {
      return;
    }
    for await (const entry of this.walk(userPath)) {
      if (entry.kind === 'link') {
        await assertLeadsInside(this.tree.root, entry.path, entry.path);
      }
    }
  }

  private async put(
    userPath: string,
    content: FileContent,
    { mode, refuseLinks, maxBytes }: WriteFileOptions,
  ): Promise<void> {
    const links = refuseLinks ? 'refuse' : 'follow';
    const parts = await this.tree.resolve(userPath, { links });
    const name = leafOf(parts, userPath);
    const folder = await this.tree.provideFolder(parts.slice(0, -1), userPath);
    await using(folder, () =>
      this.writer.write({ folder, name, userPath, content, mode, maxBytes }),
    );
  }

  private async copyFolder(
    source: string[],
    target: string[],
    skip: (entry: FileEntry) => boolean,
  ): Promise<void> {
    const follow = async (userPath: string) =>
      this.tree.provideFolder(await this.tree.resolveTree(userPath), userPath);
    await using(await this.tree.openFolder(source), from =>
      this.tree.provideFolder(target, target.join('/')).then(to =>
        using(to, () =>
          copyTree(
            {
              writer: this.writer,
              skip,
              depth: source.length,
              follow,
              writeThrough: (userPath, content, mode) =>
                this.put(userPath, content, { mode }),
            },
            { folder: from, parts: source },
            { folder: to, parts: target },
          ),
        ),
      ),
    );
  }

  private async removeIn(folder: FolderHandle, name: string): Promise<boolean> {
    if (!(await statIfThere(folder, name))) {
      return false;
    }
    this.usage.remove(await removeEntry(folder, name, this.signal));
    return true;
  }

  /** Of an entry of the root; also when the step has been told to stop. */
  private async discard(name: string): Promise<void> {
    const removed = await ifThere(async () =>
      using(await FolderHandle.openRoot(this.tree.root), root =>
        removeEntry(root, name, new AbortController().signal),
      ),
    );
    if (removed) {
      this.usage.remove(removed);
    }
  }

  private async assertMovable(
    parts: readonly string[],
    userPath: string,
  ): Promise<void> {
    if ((await this.tree.describe(parts)).kind === 'folder') {
      await using(await this.tree.openFolder(parts), folder =>
        assertNothingHidden(folder, parts, userPath),
      );
    }
  }
}

function leafOf(parts: readonly string[], userPath: string): string {
  const leaf = parts.at(-1);
  if (leaf === undefined) {
    throw new InputError(`path "${userPath}" is the work folder itself`);
  }
  return leaf;
}
