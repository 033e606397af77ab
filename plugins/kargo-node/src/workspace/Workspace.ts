import { InputError } from '@backstage/errors';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyOptions,
  FileEntry,
  FileInfo,
  StepFiles,
  WriteFileOptions,
} from '../contracts/files';
import { copyTree } from './copyTree';
import {
  describe,
  listFolder,
  removeEntry,
  statIfThere,
  walkFolder,
} from './entries';
import { hasCode, withFileError } from './fileError';
import { FileContent, FileWriter } from './FileWriter';
import { FolderHandle, using } from './FolderHandle';
import { isHidden } from './judgeName';
import { WorkspaceUsage } from './limits';
import { newTemporaryName } from './temporaryFolders';
import {
  isInside,
  resolvePath,
  ResolveOptions,
  resolveRemovable,
} from './resolvePath';

const DEFAULT_READ_BYTES = 16 * 1024 * 1024;

/** What the files of an attempt need. @public */
export interface WorkspaceOptions {
  /** What steps see as the root; absolute, existing. */
  root: string;
  /** For files that are being written; on the same file system, out of reach of steps. */
  scratch: string;
  /** One for all attempts of a Promotion. */
  usage?: WorkspaceUsage;
  signal?: AbortSignal;
}

/**
 * The files of a Promotion: the only code that opens files for steps.
 *
 * @remarks
 * A path is resolved part by part and judged, then every folder on the way is opened as what
 * it was judged to be; see `FolderHandle`.
 *
 * @public
 */
export class Workspace implements StepFiles {
  static async create(options: WorkspaceOptions): Promise<Workspace> {
    const root = await realpath(options.root);
    const {
      scratch,
      usage = new WorkspaceUsage(),
      signal = new AbortController().signal,
    } = options;
    return new Workspace(
      root,
      signal,
      usage,
      new FileWriter({ scratch, usage, signal }),
    );
  }

  private constructor(
    private readonly root: string,
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
      const parts = await this.resolve(userPath, { links });
      return this.ifThere(() => this.describe(parts));
    });
  }

  async list(userPath: string): Promise<FileEntry[]> {
    return withFileError('read', userPath, async () => {
      const parts = await this.resolve(userPath);
      return using(await this.openFolder(parts), folder =>
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
        const resolved = await this.resolve(userPath);
        return { parts: resolved, folder: await this.openFolder(resolved) };
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
      const parts = await this.resolve(userPath);
      const file = await this.inParent(parts, (folder, name) =>
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
      const parts = await this.resolve(userPath);
      const isNew =
        (await this.ifThere(() => this.describe(parts))) === undefined;
      await using(await this.provideFolder(parts, userPath), async folder => {
        if (isNew && mode !== undefined) {
          await folder.chmod(mode);
        }
      });
    });
  }

  async readLink(userPath: string): Promise<string> {
    return withFileError('read', userPath, async () => {
      const parts = await this.resolve(userPath, { links: 'leaf' });
      return this.inParent(parts, (folder, name) => folder.readLink(name));
    });
  }

  async makeLink(userPath: string, target: string): Promise<void> {
    await withFileError('make', userPath, async () => {
      const parts = await this.resolve(userPath, { links: 'leaf' });
      const name = leafOf(parts, userPath);
      const folder = await this.provideFolder(parts.slice(0, -1), userPath);
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
      const source = await this.resolve(from);
      const target = await this.resolve(to);
      const { kind } = await this.describe(source);
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
      const source = await this.resolve(from, { links: 'leaf' });
      const target = await this.resolve(to, { links: 'leaf' });
      if (source.every((part, index) => part === target[index])) {
        throw new InputError('a folder cannot be moved into itself');
      }
      await this.assertMovable(source, from);
      const name = leafOf(target, to);
      const parent = await this.provideFolder(target.slice(0, -1), to);
      await using(parent, async () => {
        await this.writer.judgeNew(parent, name, to, false);
        await this.removeIn(parent, name);
        await this.inParent(source, (folder, own) =>
          folder.moveTo(own, parent, name),
        );
      });
    });
  }

  async findRemovable(userPath: string): Promise<FileInfo | undefined> {
    return withFileError('delete', userPath, async () => {
      const parts = await resolveRemovable(this.root, userPath);
      return parts && this.ifThere(() => this.describe(parts));
    });
  }

  async remove(userPath: string): Promise<boolean> {
    return withFileError('delete', userPath, async () => {
      const parts = await resolveRemovable(this.root, userPath);
      const done =
        parts &&
        (await this.ifThere(() =>
          this.inParent(parts, (folder, name) => this.removeIn(folder, name)),
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
    return path.join(this.root, ...(await this.resolve(userPath)));
  }

  /**
   * Makes sure that a program, which follows links as the system does, stays in the
   * Promotion's folder when it is given this path.
   *
   * @throws InputError that names the link which leads outside.
   */
  async assertContained(userPath: string): Promise<void> {
    await this.assertLeadsInside(path.posix.normalize(`/${userPath}`));
    const info = await this.find(userPath);
    if (info?.kind !== 'folder') {
      return;
    }
    for await (const entry of this.walk(userPath)) {
      if (entry.kind === 'link') {
        await this.assertLeadsInside(entry.path, entry.path);
      }
    }
  }

  /**
   * What the system finds at a path must be what steps may use.
   *
   * @param link - What must lead somewhere; other paths may be of what does not exist.
   */
  private async assertLeadsInside(own: string, link?: string): Promise<void> {
    const target = await this.ifThere(() =>
      realpath(path.join(this.root, own)),
    );
    const shown = link ?? own.slice(1);
    if (target === undefined ? link : !isWithin(this.root, target)) {
      throw new InputError(
        `the link "${shown}" leads to nothing inside the work folder`,
      );
    }
    if (target !== undefined) {
      assertShown(path.relative(this.root, target), shown);
    }
  }

  private async put(
    userPath: string,
    content: FileContent,
    { mode, refuseLinks, maxBytes }: WriteFileOptions,
  ): Promise<void> {
    const links = refuseLinks ? 'refuse' : 'follow';
    const parts = await this.resolve(userPath, { links });
    const name = leafOf(parts, userPath);
    const folder = await this.provideFolder(parts.slice(0, -1), userPath);
    await using(folder, () =>
      this.writer.write({ folder, name, userPath, content, mode, maxBytes }),
    );
  }

  private resolve(
    userPath: string,
    options?: ResolveOptions,
  ): Promise<string[]> {
    this.signal.throwIfAborted();
    return resolvePath(this.root, userPath, options);
  }

  private async describe(parts: readonly string[]): Promise<FileInfo> {
    const stats =
      parts.length === 0
        ? await using(await this.openFolder([]), folder => folder.statSelf())
        : await this.inParent(parts, (folder, name) => folder.stat(name));
    return describe(parts, stats);
  }

  /** Every part must be a folder and none a link. */
  private async openFolder(parts: readonly string[]): Promise<FolderHandle> {
    let folder = await FolderHandle.openRoot(this.root);
    for (const part of parts) {
      folder = await using(folder, current => current.openFolder(part));
    }
    return folder;
  }

  private async provideFolder(
    parts: readonly string[],
    userPath: string,
  ): Promise<FolderHandle> {
    let folder = await FolderHandle.openRoot(this.root);
    for (const part of parts) {
      folder = await using(folder, current =>
        this.writer.provideFolder(current, part, userPath),
      );
    }
    return folder;
  }

  private async inParent<T>(
    parts: readonly string[],
    use: (folder: FolderHandle, name: string) => Promise<T>,
  ): Promise<T> {
    const folder = await this.openFolder(parts.slice(0, -1));
    // The root has no name; as an entry of itself it is the dot.
    return using(folder, () => use(folder, parts.at(-1) ?? '.'));
  }

  private async copyFolder(
    source: string[],
    target: string[],
    skip: (entry: FileEntry) => boolean,
  ): Promise<void> {
    const follow = async (userPath: string) =>
      this.provideFolder(await this.resolve(userPath), userPath);
    await using(await this.openFolder(source), from =>
      this.provideFolder(target, target.join('/')).then(to =>
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
    const removed = await this.ifThere(async () =>
      using(await FolderHandle.openRoot(this.root), root =>
        removeEntry(root, name, new AbortController().signal),
      ),
    );
    if (removed) {
      this.usage.remove(removed);
    }
  }

  /** What git keeps in a folder must not get to another place by a move of the folder. */
  private async assertMovable(
    parts: readonly string[],
    userPath: string,
  ): Promise<void> {
    if ((await this.describe(parts)).kind === 'folder') {
      await using(await this.openFolder(parts), folder =>
        assertNothingHidden(folder, parts, userPath),
      );
    }
  }

  private async ifThere<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      // Nothing there, or it lies below something that is not a folder.
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) {
        return undefined;
      }
      throw error;
    }
  }
}

function isWithin(root: string, target: string): boolean {
  return target === root || isInside(root, target);
}

function leafOf(parts: readonly string[], userPath: string): string {
  const leaf = parts.at(-1);
  if (leaf === undefined) {
    throw new InputError(`path "${userPath}" is the work folder itself`);
  }
  return leaf;
}

function assertShown(relative: string, link: string): void {
  if (isHidden(relative.split(path.sep))) {
    throw new InputError(`the link "${link}" leads to what steps may not use`);
  }
}

async function assertNothingHidden(
  folder: FolderHandle,
  parts: readonly string[],
  userPath: string,
): Promise<void> {
  for (const name of await folder.names()) {
    const own = [...parts, name];
    if (isHidden(own)) {
      throw new InputError(
        `"${userPath}" cannot be moved: it holds a checkout of git`,
      );
    }
    if ((await folder.stat(name)).isDirectory()) {
      await using(await folder.openFolder(name), inner =>
        assertNothingHidden(inner, own, userPath),
      );
    }
  }
}
