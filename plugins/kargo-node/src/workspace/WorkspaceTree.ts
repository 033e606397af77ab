import { InputError } from '@backstage/errors';
import { FileInfo } from '../contracts/files';
import { describe } from './entries';
import { ifThere } from './fileError';
import { FileWriter } from './FileWriter';
import { FolderHandle, using } from './FolderHandle';
import { LateFiles } from './LateFiles';
import { ResolveOptions, resolvePath, resolveRemovable } from './resolvePath';

/**
 * Opens what the paths of steps lead to.
 *
 * @remarks
 * A path is resolved part by part and judged, then every folder on the way is opened as what
 * it was judged to be; see `FolderHandle`.
 */
export class WorkspaceTree {
  /** @param root - with its links resolved */
  constructor(
    readonly root: string,
    private readonly signal: AbortSignal,
    private readonly writer: FileWriter,
    private readonly late: LateFiles,
  ) {}

  /** The parts of a path from the root; what it names is there from then on, but of a folder nothing that is in it. */
  resolve(
    userPath: string,
    options?: Pick<ResolveOptions, 'links'>,
  ): Promise<string[]> {
    this.signal.throwIfAborted();
    return resolvePath(this.root, userPath, { ...options, late: this.late });
  }

  /** As `resolve`, with all that is below. */
  async resolveTree(
    userPath: string,
    options?: Pick<ResolveOptions, 'links'>,
  ): Promise<string[]> {
    const parts = await this.resolve(userPath, options);
    await this.late.bring(parts, 'tree');
    return parts;
  }

  /** @see resolveRemovable */
  async resolveRemovable(userPath: string): Promise<string[] | undefined> {
    await this.resolve(userPath, { links: 'leaf' }).catch(error => {
      // A path that leads nowhere is judged below, by other rules.
      if (!(error instanceof InputError)) {
        throw error;
      }
    });
    const parts = await resolveRemovable(this.root, userPath);
    await (parts && this.late.bring(parts, 'tree'));
    return parts;
  }

  async describe(parts: readonly string[]): Promise<FileInfo> {
    const stats =
      parts.length === 0
        ? await using(await this.openFolder([]), folder => folder.statSelf())
        : await this.inParent(parts, (folder, name) => folder.stat(name));
    return describe(parts, stats);
  }

  find(parts: readonly string[]): Promise<FileInfo | undefined> {
    return ifThere(() => this.describe(parts));
  }

  /** Every part must be a folder and none a link. */
  async openFolder(parts: readonly string[]): Promise<FolderHandle> {
    let folder = await FolderHandle.openRoot(this.root);
    for (const part of parts) {
      folder = await using(folder, current => current.openFolder(part));
    }
    return folder;
  }

  /** Opens a folder, after making what is missing of it. */
  async provideFolder(
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

  async inParent<T>(
    parts: readonly string[],
    use: (folder: FolderHandle, name: string) => Promise<T>,
  ): Promise<T> {
    const folder = await this.openFolder(parts.slice(0, -1));
    // The root has no name; as an entry of itself it is the dot.
    return using(folder, () => use(folder, parts.at(-1) ?? '.'));
  }
}
