import { InputError } from '@backstage/errors';
import path from 'node:path';
import { FileInfo } from '../contracts/files';
import { describe } from './entries';
import { ifThere } from './fileError';
import { FileWriter } from './FileWriter';
import { FolderHandle, using } from './FolderHandle';
import { isRepositoryPart } from './judgeName';
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
  async resolve(
    userPath: string,
    options?: Pick<ResolveOptions, 'links'>,
  ): Promise<string[]> {
    this.signal.throwIfAborted();
    const { late } = this;
    const parts = await resolvePath(this.root, userPath, { ...options, late });
    await this.bringSiblings(parts);
    return parts;
  }

  /** Whether something new may be part of a repository is told by what is beside it. */
  private async bringSiblings(parts: readonly string[]): Promise<void> {
    const at = parts.findIndex(isRepositoryPart);
    if (at >= 0 && !(await this.find(parts.slice(0, at + 1)))) {
      await this.late.bring(parts.slice(0, at), 'tree');
    }
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
    // Judged as it is written: what follows a link and goes up again was not led by it.
    const plain = path.posix.normalize(`/${userPath}`);
    await this.resolve(plain, { links: 'leaf' }).catch(error => {
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
