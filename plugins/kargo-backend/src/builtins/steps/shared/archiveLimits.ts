const MIB = 1024 * 1024;

/** Bytes of one file in an archive, and of all. */
const MAX_FILE_BYTES = 50 * MIB;
export const MAX_TOTAL_BYTES = 100 * MIB;

/** Counts what an archive holds. */
export class ArchiveSize {
  #total = 0;

  /** @throws Error when a file, or all together, have too many bytes. */
  add(name: string, bytes: number): void {
    if (bytes > MAX_FILE_BYTES) {
      throw new Error(
        `"${name}" has ${bytes} bytes; a file of an archive may have ${MAX_FILE_BYTES}`,
      );
    }
    this.#total += bytes;
    if (this.#total > MAX_TOTAL_BYTES) {
      throw new Error(
        `the files of the archive have more than ${MAX_TOTAL_BYTES} bytes`,
      );
    }
  }
}
