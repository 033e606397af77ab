import { StepFiles } from 'backstage-plugin-kargo-node';

/** Whether an output path names a file of manifests rather than a folder. */
export function isManifestFile(outPath: string): boolean {
  return outPath.endsWith('.yaml') || outPath.endsWith('.yml');
}

/**
 * Refuses a name made from what a chart or manifest says that is no plain name of a file.
 *
 * @throws Error
 */
export function assertPlainName(name: string): void {
  if (['', '.', '..'].includes(name) || /[/\\]/.test(name)) {
    throw new Error(
      `cannot write a file called "${name}": a part of it that the manifests name is no plain name`,
    );
  }
}

/** Files to write into a folder, complete before the first is written. */
export class OutputFiles {
  readonly #files = new Map<string, { text: string; what: string }>();

  /** @throws Error when there is a file of this name: one of them would get lost. */
  add(path: string, text: string, what: string): void {
    const present = this.#files.get(path);
    if (present) {
      throw new Error(
        `"${path}" would hold both ${present.what} and ${what}; have them written into one file, or to files by template`,
      );
    }
    this.#files.set(path, { text, what });
  }

  /** Adds to the end of a file. */
  append(path: string, text: string): void {
    const before = this.#files.get(path)?.text ?? '';
    this.#files.set(path, { text: before + text, what: path });
  }

  async write(files: StepFiles, folder: string): Promise<void> {
    await files.makeFolder(folder);
    for (const [path, { text }] of this.#files) {
      await files.write(`${folder}/${path}`, text);
    }
  }
}
