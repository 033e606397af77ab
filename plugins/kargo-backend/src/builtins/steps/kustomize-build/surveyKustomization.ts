import { JsonValue } from 'backstage-plugin-kargo-common';
import { FileInfo, StepContext } from 'backstage-plugin-kargo-node';
import { DATA_LIMITS, MANIFEST_LIMITS } from '../../../foreign/limits';
import { readDocuments } from '../../../foreign/documents';
import { readYaml } from '../../../foreign/yaml';
import { findKustomization } from '../shared/findKustomization';
import { findInside, isBelow } from '../shared/relativePath';
import {
  findInlinePlugins,
  findPluginReferences,
  findReferences,
  Reference,
  References,
} from './references';

/** What a build reads and needs. */
export interface KustomizationSurvey {
  /** Folders with a kustomization, and files outside of them; from the Promotion's folder. */
  trees: string[];
  /** Whether a kustomization names files outside of its own folder. */
  readsOutside: boolean;
  usesHelm: boolean;
}

const MAX_FOLDERS = 1_000;

interface Visit {
  folder: string;
  isPlugin: boolean;
}

/**
 * Finds out what a kustomization reads, through all that it builds upon.
 *
 * @remarks
 * Kustomize follows every path that a kustomization names, wherever it leads; the portal's
 * own files would be within its reach. So whatever leaves the Promotion's folder is refused
 * before Kustomize sees it.
 */
class Survey {
  readonly #trees = new Set<string>();
  readonly #visited = new Set<string>();
  readonly #pending: Visit[] = [];
  #readsOutside = false;
  #usesHelm = false;

  constructor(private readonly context: StepContext<'files'>) {}

  async run(path: string): Promise<KustomizationSurvey> {
    const { files, signal } = this.context;
    // As Kustomize does: what links lead to is where paths start from.
    const folder = (await files.find(path))?.path ?? path;
    this.#pending.push({ folder, isPlugin: false });
    for (
      let visit = this.#pending.pop();
      visit !== undefined;
      visit = this.#pending.pop()
    ) {
      signal.throwIfAborted();
      await this.#visit(visit);
    }
    return {
      trees: [...this.#trees],
      readsOutside: this.#readsOutside,
      usesHelm: this.#usesHelm,
    };
  }

  async #visit({ folder, isPlugin }: Visit): Promise<void> {
    if (this.#visited.has(folder)) {
      return;
    }
    this.#visited.add(folder);
    if (this.#visited.size > MAX_FOLDERS) {
      throw new Error(`it builds upon more than ${MAX_FOLDERS} folders`);
    }
    this.#trees.add(folder || '.');
    const { files, signal } = this.context;
    const file = await findKustomization(files, folder || '.');
    const text = await files.readText(file);
    const kustomization = await this.#read(file, () =>
      readYaml(text, DATA_LIMITS, { signal }),
    );
    await this.#follow(file, folder, findReferences(kustomization), isPlugin);
    for (const inline of findInlinePlugins(kustomization)) {
      await this.#followPlugins(file, folder, inline);
    }
  }

  async #follow(
    file: string,
    folder: string,
    { paths, usesHelm, repositories, charts }: References,
    isPlugin: boolean,
  ): Promise<void> {
    this.#usesHelm ||= usesHelm;
    for (const repository of repositories) {
      throw new Error(
        `"${file}" takes a chart from "${repository}", and kustomize-build reaches no network; put the chart into the repository, or render it with helm-template`,
      );
    }
    const leaving = charts.find(name => name.split(/[\\/]/).includes('..'));
    if (leaving !== undefined) {
      throw new Error(
        `"${file}" takes a chart "${leaving}", whose name leads elsewhere; name the folder of charts by helmGlobals.chartHome`,
      );
    }
    for (const reference of paths) {
      const path = findInside(folder, reference.path);
      const info =
        path === undefined
          ? undefined
          : await this.context.files.find(path || '.');
      if (path === undefined || !info) {
        this.#judgeMissing(file, reference, path);
      } else {
        const inPlugin =
          reference.isPlugin || (isPlugin && reference.mayBeFolder);
        await this.#enter(folder, path, info, {
          ...reference,
          isPlugin: inPlugin,
        });
      }
    }
  }

  async #enter(
    folder: string,
    path: string,
    info: FileInfo,
    { mayBeFolder, isPlugin }: Reference,
  ): Promise<void> {
    if (info.kind === 'folder' && mayBeFolder) {
      this.#trees.add(path || '.');
      this.#pending.push({ folder: info.path, isPlugin });
      return;
    }
    if (!isBelow(folder, path)) {
      this.#readsOutside = true;
      this.#trees.add(path);
    }
    if (isPlugin) {
      const text = await this.context.files.readText(path);
      await this.#followPlugins(path, folder, text);
    }
  }

  async #followPlugins(
    file: string,
    folder: string,
    text: string,
  ): Promise<void> {
    const documents = await this.#read(file, () =>
      readDocuments(text, MANIFEST_LIMITS, { signal: this.context.signal }),
    );
    for (const document of documents) {
      if ('problem' in document) {
        throw new Error(`"${file}" cannot be read: ${document.problem}`);
      }
      const references = findPluginReferences(document.value as JsonValue);
      await this.#follow(file, folder, references, false);
    }
  }

  /** What is not there is for Kustomize to tell, unless it would look for it elsewhere. */
  #judgeMissing(
    file: string,
    reference: Reference,
    inside: string | undefined,
  ): void {
    const { path, mayBeFolder } = reference;
    if (mayBeFolder && isRemote(path)) {
      throw new Error(
        `"${file}" builds upon "${path}", and kustomize-build reaches no network; clone it with git-clone and name it by its path`,
      );
    }
    if (inside === undefined) {
      throw new Error(
        `"${file}" names "${path}", which is outside of the Promotion's folder`,
      );
    }
    // For the system there may be something: a link that leads outside.
    this.#trees.add(inside || '.');
  }

  async #read<T>(file: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      this.context.signal.throwIfAborted();
      throw new Error(`"${file}" cannot be read: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

/**
 * Surveys a kustomization.
 *
 * @throws Error for what it names outside of the Promotion's folder.
 */
export function surveyKustomization(
  path: string,
  context: StepContext<'files'>,
): Promise<KustomizationSurvey> {
  return new Survey(context).run(path);
}

function isRemote(path: string): boolean {
  return (
    path.includes('://') ||
    path.includes('?ref=') ||
    path.startsWith('git::') ||
    /^[\w.-]+@[\w.-]+:/.test(path) ||
    /^(?:gh:|(?:www\.)?[\w-]+\.(?:com|org|net|io|dev)[/:])/.test(path)
  );
}
