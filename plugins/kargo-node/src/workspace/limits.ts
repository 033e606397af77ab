import { TerminalError } from '../errors';

/** How much the steps of one Promotion may write. @public */
export interface WorkspaceLimits {
  /** Bytes of one file. */
  maxFileBytes: number;
  /** Bytes of all files. */
  maxTotalBytes: number;
  /** Files, folders and links. */
  maxEntries: number;
}

const MIB = 1024 * 1024;

/** What no manifest in its right mind needs, and what any disk of a portal can bear. */
const DEFAULT_LIMITS: WorkspaceLimits = {
  maxFileBytes: 128 * MIB,
  maxTotalBytes: 1024 * MIB,
  maxEntries: 200_000,
};

/**
 * What the steps of one Promotion have written so far; one for all attempts.
 *
 * @remarks
 * What git checks out is not counted. Whoever opens the folders again after a restart counts
 * what is there.
 *
 * @public
 */
export class WorkspaceUsage {
  readonly #limits: WorkspaceLimits;
  #bytes: number;
  #entries: number;

  /** @param options.written - what is there already */
  constructor({
    limits = DEFAULT_LIMITS,
    written = { bytes: 0, entries: 0 },
  }: {
    limits?: WorkspaceLimits;
    written?: { bytes: number; entries: number };
  } = {}) {
    this.#limits = limits;
    this.#bytes = written.bytes;
    this.#entries = written.entries;
  }

  /** Bytes that one more file may have. */
  get maxFileBytes(): number {
    return this.#limits.maxFileBytes;
  }

  /** @throws TerminalError when it would be more than a Promotion may write. */
  add(change: { bytes: number; entries: number }): void {
    const { maxEntries, maxTotalBytes } = this.#limits;
    if (this.#bytes + change.bytes > maxTotalBytes) {
      throw new TerminalError(
        `the steps of this Promotion write more than ${maxTotalBytes} bytes`,
      );
    }
    if (this.#entries + change.entries > maxEntries) {
      throw new TerminalError(
        `the steps of this Promotion make more than ${maxEntries} files and folders`,
      );
    }
    this.#bytes += change.bytes;
    this.#entries += change.entries;
  }

  /** What was removed may not have been counted: a file of a checkout. */
  remove(change: { bytes: number; entries: number }): void {
    this.#bytes = Math.max(0, this.#bytes - change.bytes);
    this.#entries = Math.max(0, this.#entries - change.entries);
  }
}
