const GITLINK = '160000';
/** `S` is of a file that the checkout leaves out, `C` of one that was changed; see git-ls-files(1). */
const ENTRY = /^(\S) (\d{6}) [0-9a-f]+ \d\t/;

/** Lists an index for {@link parseIndex}, at the top of the checkout. */
export const LIST_INDEX = ['ls-files', '-t', '--stage', '-z'];
/** The same, and once more what differs on the disk. */
export const LIST_CHANGES = [...LIST_INDEX, '--cached', '--modified'];

/** A file, a link or a submodule of an index. */
export interface IndexEntry {
  /** From the top of the checkout. */
  readonly name: string;
  readonly isSubmodule: boolean;
  readonly isLeftOut: boolean;
  readonly isChanged: boolean;
}

/** @param listed - by {@link LIST_INDEX} or {@link LIST_CHANGES} */
export function parseIndex(listed: string): IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (const line of listed.split('\0')) {
    const [head, state, mode] = ENTRY.exec(line) ?? [];
    if (head !== undefined) {
      entries.push({
        name: line.slice(head.length),
        isSubmodule: mode === GITLINK,
        isLeftOut: state === 'S',
        isChanged: state === 'C',
      });
    }
  }
  return entries;
}

/** What a checkout has in its index and not on the disk, by paths from its top. */
export class MissingFiles {
  static of(entries: readonly IndexEntry[]): MissingFiles {
    return new MissingFiles(
      new Map(
        entries
          .filter(({ isLeftOut }) => isLeftOut)
          .map(({ name, isSubmodule }) => [
            name,
            // Without its files, a submodule is an empty folder.
            isSubmodule ? 'folder' : 'file',
          ]),
      ),
    );
  }

  /** How many files are missing below a folder. */
  readonly #folders = new Map<string, number>();

  private constructor(private readonly kinds: Map<string, 'file' | 'folder'>) {
    for (const name of kinds.keys()) {
      this.#count(name, 1);
    }
  }

  get size(): number {
    return this.kinds.size;
  }

  /** What is missing at a path: a folder is when something in it is. */
  kindOf(name: string): 'file' | 'folder' | undefined {
    const isFolder = name === '' ? this.size > 0 : this.#folders.has(name);
    return this.kinds.get(name) ?? (isFolder ? 'folder' : undefined);
  }

  /** Tells that a path, and what is below it, is there now. */
  remove(name: string): void {
    if (name === '') {
      this.kinds.clear();
      this.#folders.clear();
    } else if (this.kinds.has(name)) {
      this.#removeOne(name);
    } else {
      const inside = [...this.kinds.keys()].filter(each =>
        each.startsWith(`${name}/`),
      );
      inside.forEach(each => this.#removeOne(each));
    }
  }

  #removeOne(name: string): void {
    this.kinds.delete(name);
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
