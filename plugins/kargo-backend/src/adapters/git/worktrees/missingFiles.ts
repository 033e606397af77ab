const GITLINK = '160000';
/** `S` is of a file that the checkout leaves out; see git-ls-files(1). */
const LEFT_OUT = /^S (\d{6}) [0-9a-f]+ 0\t/;

/** What a checkout has in its index and not on the disk, by paths from its top. */
export class MissingFiles {
  /** @param listed - by `git ls-files -t --stage -z` */
  static parse(listed: string): MissingFiles {
    const modes = new Map<string, string>();
    for (const entry of listed.split('\0')) {
      const [head, mode] = LEFT_OUT.exec(entry) ?? [];
      if (head !== undefined) {
        modes.set(entry.slice(head.length), mode);
      }
    }
    return new MissingFiles(modes);
  }

  /** How many files are missing below a folder. */
  readonly #folders = new Map<string, number>();

  private constructor(private readonly modes: Map<string, string>) {
    for (const name of modes.keys()) {
      this.#count(name, 1);
    }
  }

  get size(): number {
    return this.modes.size;
  }

  /** What is missing at a path: a folder is when something in it is. */
  kindOf(name: string): 'file' | 'folder' | undefined {
    const mode = this.modes.get(name);
    if (mode !== undefined) {
      // Without its files, a submodule is an empty folder.
      return mode === GITLINK ? 'folder' : 'file';
    }
    const isFolder = name === '' ? this.size > 0 : this.#folders.has(name);
    return isFolder ? 'folder' : undefined;
  }

  /** Tells that a path, and what is below it, is there now. */
  remove(name: string): void {
    if (name === '') {
      this.modes.clear();
      this.#folders.clear();
    } else if (this.modes.has(name)) {
      this.#removeOne(name);
    } else {
      const inside = [...this.modes.keys()].filter(each =>
        each.startsWith(`${name}/`),
      );
      inside.forEach(each => this.#removeOne(each));
    }
  }

  #removeOne(name: string): void {
    this.modes.delete(name);
    this.#count(name, -1);
  }

  #count(name: string, by: 1 | -1): void {
    for (
      let end = name.lastIndexOf('/');
      end > 0;
      end = name.lastIndexOf('/', end - 1)
    ) {
      const folder = name.slice(0, end);
      const left = (this.#folders.get(folder) ?? 0) + by;
      if (left > 0) {
        this.#folders.set(folder, left);
      } else {
        this.#folders.delete(folder);
      }
    }
  }
}
