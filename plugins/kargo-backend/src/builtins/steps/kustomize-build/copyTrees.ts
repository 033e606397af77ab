import { StepFiles } from 'backstage-plugin-kargo-node';
import { findInside } from '../shared/relativePath';

/** What to copy where; paths are from the Promotion's folder. */
export interface CopyTreesOptions {
  trees: readonly string[];
  /** The folder that everything keeps its path in. */
  to: string;
  /** What is left out: the folder that the copy is in. */
  except: string;
}

/** As many as the system follows in one path. */
const MOST_LINKS = 40;

class TreeCopy {
  readonly #done = new Set<string>();
  readonly #followed = new Set<string>();

  constructor(
    private readonly files: StepFiles,
    private readonly options: CopyTreesOptions,
  ) {}

  /** Part by part: a folder on the way may be a link. */
  async bring(tree: string, links = 0): Promise<void> {
    const parts = tree.split('/').filter(part => part !== '' && part !== '.');
    for (let length = 1; length <= parts.length; length++) {
      const path = parts.slice(0, length).join('/');
      const info = await this.files.find(path, { followLinks: false });
      if (info?.kind === 'link') {
        await this.#bringLink(path, parts.slice(length), links + 1);
        return;
      }
    }
    const path = parts.join('/');
    const info = await this.files.find(path || '.');
    if (info?.kind === 'folder') {
      await this.#bringFolder(path);
    } else if (info?.kind === 'file') {
      await this.#bringFile(path);
    }
  }

  async #bringFolder(folder: string): Promise<void> {
    if (this.#isDone(folder)) {
      return;
    }
    await this.files.makeFolder(this.#placeOf(folder));
    const { except } = this.options;
    const links: string[] = [];
    const enter = ({ path }: { path: string }) => path !== except;
    for await (const { kind, path } of this.files.walk(folder || '.', {
      enter,
    })) {
      if (kind === 'folder' && path !== except && !this.#isDone(path)) {
        await this.files.makeFolder(this.#placeOf(path));
      } else if (kind === 'file') {
        await this.#bringFile(path);
      } else if (kind === 'link') {
        links.push(path);
      }
    }
    for (const link of links) {
      await this.#bringLink(link, [], 1);
    }
  }

  async #bringFile(path: string): Promise<void> {
    if (!this.#isDone(path)) {
      await this.files.copy(path, this.#placeOf(path));
    }
  }

  /**
   * @param rest - what follows on the link in the path that led here
   * @param links - how many that path has led through, this one included
   */
  async #bringLink(path: string, rest: string[], links: number): Promise<void> {
    const target = await this.files.readLink(path);
    if (!this.#isDone(path)) {
      await this.files.makeLink(this.#placeOf(path), target);
    }
    const followed = [path, ...rest].join('/');
    if (this.#followed.has(followed)) {
      return;
    }
    if (links > MOST_LINKS) {
      throw new Error(
        `"${path}" is a link that leads to what is behind itself; remove it`,
      );
    }
    this.#followed.add(followed);
    const inside = findInside(path.split('/').slice(0, -1).join('/'), target);
    // What leads elsewhere is judged before anything follows it.
    if (inside !== undefined) {
      await this.bring([inside, ...rest].join('/'), links);
    }
  }

  #placeOf(path: string): string {
    return `${this.options.to}/${path}`;
  }

  /** Whether it was there before; from now on it is. */
  #isDone(path: string): boolean {
    const isDone = this.#done.has(path);
    this.#done.add(path);
    return isDone;
  }
}

/**
 * Copies folders and files, with what their links lead to: from each place in the copy a path
 * leads to the same as from its place in the Promotion's folder.
 */
export async function copyTrees(
  files: StepFiles,
  options: CopyTreesOptions,
): Promise<void> {
  const copy = new TreeCopy(files, options);
  for (const tree of options.trees) {
    await copy.bring(tree);
  }
}
