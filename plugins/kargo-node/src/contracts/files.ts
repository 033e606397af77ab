import { Readable } from 'node:stream';

/** What a path of the Promotion's folder stands for. @public */
export interface FileInfo {
  /**
   * From the root of the Promotion's folder, without a slash in front: `apps/web/v.yaml`;
   * empty for the root. The links on the way to it are resolved.
   */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes of a file. */
  readonly size: number;
  /** Permission bits, `0o777` at most. */
  readonly mode: number;
}

/** An entry of a folder. @public */
export interface FileEntry extends FileInfo {
  readonly name: string;
  /** From the folder that was asked for: `web/v.yaml` where `apps` was. */
  readonly relativePath: string;
}

/** How to write a file. @public */
export interface WriteFileOptions {
  /** Permission bits; those of the file that is replaced, else `0o600`. */
  mode?: number;
  /** Refuses a path that leads through a link, instead of following it in the folder. */
  refuseLinks?: boolean;
  /** Largest accepted content in bytes, below the limit for all files. */
  maxBytes?: number;
}

/** How to copy. @public */
export interface CopyOptions {
  /** Entries to leave out, with all that is in them. */
  skip?(entry: FileEntry): boolean;
}

/**
 * The files of a Promotion.
 *
 * @remarks
 * The Promotion's folder behaves like the root of a file system: `/a`, `../a` and links
 * that point outside all end up inside of it. Every path is judged where it is used, those
 * that a step makes up as well as those that it got from here:
 *
 * - a part `.git`, however spelt, does not exist for steps: naming it is refused, listing
 *   does not show it and copying leaves it out, because git runs programs that it finds
 *   configured there;
 * - for the same reason nothing can be written that turns a folder into a git repository;
 * - the folder `.kargo` at the root belongs to the engine;
 * - what is neither a file, a folder nor a link cannot be opened.
 *
 * What is refused is an `InputError`. Every error names the path as the step wrote it, and
 * none the place on the disk. A size, a number of files or a total above the limits of the
 * Promotion is a `TerminalError`.
 *
 * @public
 */
export interface StepFiles {
  /** `undefined` when there is nothing. A link is followed unless told otherwise. */
  find(
    path: string,
    options?: { followLinks?: boolean },
  ): Promise<FileInfo | undefined>;
  /** What a folder holds, by name. */
  list(folder: string): Promise<FileEntry[]>;
  /**
   * All that lies below a folder, a folder before what is in it. Links are shown and not
   * followed.
   *
   * @param options.enter - Whether to go into a folder; into all unless told.
   */
  walk(
    folder: string,
    options?: { enter?(folder: FileEntry): boolean },
  ): AsyncIterable<FileEntry>;
  /** @param options.maxBytes - 16 MiB unless told. */
  read(path: string, options?: { maxBytes?: number }): Promise<Buffer>;
  /** As `read`; refuses what is not UTF-8. A byte order mark is kept. */
  readText(path: string, options?: { maxBytes?: number }): Promise<string>;
  /** What a link says; it is not judged. */
  readLink(path: string): Promise<string>;
  /** For what is too large to hold; the reader must drain or destroy the stream. */
  open(path: string): Promise<{ info: FileInfo; stream: Readable }>;
  /**
   * Writes a file, all of it or nothing, with the folders that it needs.
   *
   * @param content - Large ones as a stream of chunks.
   */
  write(
    path: string,
    content: string | Uint8Array | AsyncIterable<Uint8Array>,
    options?: WriteFileOptions,
  ): Promise<void>;
  /** Makes a folder with those around it; one that exists stays as it is. */
  makeFolder(path: string, options?: { mode?: number }): Promise<void>;
  /**
   * Makes a link. What it says is not judged, because what a link leads to is judged
   * whenever it is followed.
   */
  makeLink(path: string, target: string): Promise<void>;
  /**
   * Copies a file, or merges the content of a folder into another, with permission bits.
   *
   * @remarks
   * A link that is named is followed; links in a folder are left out. Files of the same
   * name are overwritten, others stay.
   */
  copy(from: string, to: string, options?: CopyOptions): Promise<void>;
  /** Puts a file or folder in another place, instead of what is there. */
  move(from: string, to: string): Promise<void>;
  /**
   * Where `remove` would remove something; a link is not followed. `undefined` when there
   * is nothing.
   *
   * @throws InputError for the root and for paths that leave it.
   */
  findRemovable(path: string): Promise<FileInfo | undefined>;
  /** Removes a file, a link or a folder with all that is in it; says whether it was there. */
  remove(path: string): Promise<boolean>;
  /**
   * Works in a new folder of the Promotion's, which is removed when the work has ended, however
   * it did. Nobody can foresee its name.
   *
   * @param work - gets the path of the folder
   */
  withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T>;
}
