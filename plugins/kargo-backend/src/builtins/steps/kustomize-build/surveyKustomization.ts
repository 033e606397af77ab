import { JsonValue } from 'backstage-plugin-kargo-common';
import { FileInfo, StepContext } from 'backstage-plugin-kargo-node';
import { YamlTextReplacement } from '../../../edits/yamlTexts';
import { DATA_LIMITS, MANIFEST_LIMITS } from '../../../foreign/limits';
import { readDocuments } from '../../../foreign/documents';
import { readYaml } from '../../../foreign/yaml';
import { findKustomization } from '../shared/findKustomization';
import { reading } from '../shared/reading';
import { findInside, isBelow } from '../shared/relativePath';
import {
  findChangingFields,
  findInlinePlugins,
  findPluginReferences,
  findReferences,
  Reference,
  References,
} from './references';
import {
  isFileAddress,
  isWebAddress,
  parseRemoteBase,
  withoutUser,
} from './remoteBase';
import { RemoteSource } from './RemoteSources';

/** References to other hosts in a kustomization, and what they stand for now. */
export interface Redirection {
  /** The file of the kustomization, and the folder that its paths start from. */
  file: string;
  folder: string;
  references: Array<
    Pick<YamlTextReplacement, 'at' | 'from'> & {
      /** What stands in front of the path. */
      key: string;
      /** From the Promotion's folder. */
      path: string;
    }
  >;
}

/** What a build reads and needs; paths are from the Promotion's folder. */
export interface KustomizationSurvey {
  /** Folder of the kustomization, with all links on the way to it resolved. */
  folder: string;
  /** Folders with a kustomization, and files outside of them. */
  trees: string[];
  /** What has to lead elsewhere than it says. */
  redirections: Redirection[];
  /** Whether a kustomization names files outside of its own folder. */
  readsOutside: boolean;
  usesHelm: boolean;
}

const MAX_FOLDERS = 1_000;
/** Repositories that name repositories that name repositories… */
const MAX_HOPS = 8;

/** What paths may not lead out of: the Promotion's folder, or that of a repository. */
interface Realm {
  root: string;
  name: string;
  hops: number;
}

const HOME: Realm = { root: '', name: "the Promotion's folder", hops: 0 };

interface Visit {
  folder: string;
  isPlugin: boolean;
  realm: Realm;
}

/** What names something: a kustomization, or the configuration of a plugin that it has. */
interface Source {
  file: string;
  folder: string;
  realm: Realm;
  isPlugin: boolean;
  /** Absent where none can be noted. */
  redirection?: Redirection;
}

/**
 * Finds out what a kustomization reads, through all that it builds upon, and has brought what
 * is on other hosts.
 *
 * @remarks
 * Kustomize follows every path that a kustomization names, wherever it leads; the portal's
 * own files would be within its reach. So whatever leaves the Promotion's folder is refused
 * before Kustomize sees it; and what was brought may not leave its repository.
 */
class Survey {
  readonly #trees = new Set<string>();
  readonly #visited = new Set<string>();
  readonly #pending: Visit[] = [];
  /** By their files. */
  readonly #redirections = new Map<string, Redirection>();
  #readsOutside = false;
  #usesHelm = false;
  #tellsOrigins: string | undefined;

  constructor(
    private readonly context: StepContext<'files'>,
    private readonly bring: (reference: Reference) => Promise<RemoteSource>,
  ) {}

  async run(path: string): Promise<KustomizationSurvey> {
    const { files, signal } = this.context;
    // As Kustomize does: what links lead to is where paths start from.
    const folder = (await files.find(path))?.path ?? path;
    this.#pending.push({ folder, isPlugin: false, realm: HOME });
    for (
      let visit = this.#pending.pop();
      visit !== undefined;
      visit = this.#pending.pop()
    ) {
      signal.throwIfAborted();
      await this.#visit(visit);
    }
    const redirections = [...this.#redirections.values()].filter(
      ({ references }) => references.length > 0,
    );
    if (redirections.length > 0 && this.#tellsOrigins !== undefined) {
      throw new Error(
        `"${
          this.#tellsOrigins
        }" wants annotations of where resources come from, and kustomize-build gives Kustomize copies of what is on other hosts; leave originAnnotations and transformerAnnotations out of buildMetadata`,
      );
    }
    return {
      folder,
      trees: [...this.#trees],
      redirections,
      readsOutside: this.#readsOutside,
      usesHelm: this.#usesHelm,
    };
  }

  async #visit({ folder, isPlugin, realm }: Visit): Promise<void> {
    // What holds plugins is looked at more closely than what holds resources.
    const visited = isPlugin ? `${folder}: plugins` : folder;
    if (this.#visited.has(visited)) {
      return;
    }
    this.#visited.add(visited);
    if (this.#visited.size > MAX_FOLDERS) {
      throw new Error(`it builds upon more than ${MAX_FOLDERS} folders`);
    }
    this.#trees.add(folder || '.');
    const { files, signal } = this.context;
    const file = await findKustomization(files, folder || '.');
    const info = await files.find(file);
    this.#assertWithin({ file: folder || '.', realm }, file, info?.path);
    const text = await files.readText(file);
    const kustomization = await reading(`"${file}"`, () =>
      readYaml(text, DATA_LIMITS, { signal }),
    );
    const redirection = this.#redirectionOf(file, folder);
    const source = { file, folder, realm, isPlugin };
    const [changing] = isPlugin ? findChangingFields(kustomization) : [];
    if (changing !== undefined) {
      throw new Error(
        `"${file}" is used as a generator, transformer or validator and has "${changing}"; kustomize-build judges such plugins by their files as they are written, so leave only resources in it`,
      );
    }
    const references = findReferences(kustomization);
    this.#tellsOrigins ??= references.tellsOrigins ? file : undefined;
    await this.#follow({ ...source, redirection }, references);
    for (const inline of findInlinePlugins(kustomization)) {
      await this.#followPlugins(source, inline);
    }
  }

  #redirectionOf(file: string, folder: string): Redirection {
    const known = this.#redirections.get(file);
    const redirection = known ?? { file, folder, references: [] };
    this.#redirections.set(file, redirection);
    return redirection;
  }

  async #follow(
    source: Source,
    { paths, usesHelm, repositories, charts }: References,
  ): Promise<void> {
    const { file } = source;
    this.#usesHelm ||= usesHelm;
    for (const repository of repositories) {
      throw new Error(
        `"${file}" takes a chart from "${repository}", and kustomize-build reaches no repository of charts; put the chart into the repository, or render it with helm-template`,
      );
    }
    const leaving = charts.find(name => name.split(/[\\/]/).includes('..'));
    if (leaving !== undefined) {
      throw new Error(
        `"${file}" takes a chart "${leaving}", whose name leads elsewhere; name the folder of charts by helmGlobals.chartHome`,
      );
    }
    for (const reference of paths) {
      await this.#followReference(source, reference);
    }
  }

  async #followReference(source: Source, reference: Reference): Promise<void> {
    const { folder, realm } = source;
    const path = findInside(folder, reference.path);
    const info =
      path === undefined || isWebAddress(reference.path)
        ? undefined
        : await this.context.files.find(path || '.');
    if (isRemote(reference, info)) {
      await this.#followRemote(source, reference);
    } else if (path === undefined || !info) {
      this.#judgeMissing(source, reference, path);
    } else {
      this.#assertWithin(source, reference.path, path);
      this.#assertWithin(source, reference.path, info.path);
      const isPlugin =
        reference.isPlugin || (source.isPlugin && reference.mayBeFolder);
      await this.#enter(folder, realm, path, info, { ...reference, isPlugin });
    }
  }

  async #enter(
    folder: string,
    realm: Realm,
    path: string,
    info: FileInfo,
    { mayBeFolder, isPlugin }: Reference,
  ): Promise<void> {
    if (info.kind === 'folder' && mayBeFolder) {
      this.#trees.add(path || '.');
      this.#pending.push({ folder: info.path, isPlugin, realm });
      return;
    }
    if (!isBelow(folder, path)) {
      this.#readsOutside = true;
      this.#trees.add(path);
    }
    if (isPlugin) {
      const text = await this.context.files.readText(path);
      await this.#followPlugins({ file: path, folder, realm, isPlugin }, text);
    }
  }

  async #followRemote(source: Source, reference: Reference): Promise<void> {
    const { file, folder, realm, redirection } = source;
    if (!redirection) {
      throw new Error(
        `"${file}" names "${withoutUser(
          reference.path,
        )}" in the configuration of a plugin, where kustomize-build brings nothing from other hosts; download it with http-download and name it by its path`,
      );
    }
    const hops = realm.hops + 1;
    if (hops > MAX_HOPS) {
      throw new Error(
        `"${file}" builds upon "${withoutUser(
          reference.path,
        )}", which is more than ${MAX_HOPS} repositories away`,
      );
    }
    const found = await this.bring(reference);
    const { at, text: from, path } = reference;
    const key = from.slice(0, from.length - path.length);
    // A folder may be looked at twice.
    if (!redirection.references.some(known => isSamePlace(known.at, at))) {
      redirection.references.push({ at, from, key, path: found.path });
    }
    const isPlugin =
      reference.isPlugin || (source.isPlugin && reference.mayBeFolder);
    if (found.kind === 'folder') {
      const info = await this.context.files.find(found.path);
      if (!info) {
        throw new Error(
          `"${file}" builds upon "${withoutUser(
            path,
          )}", and the repository has no such folder`,
        );
      }
      const brought = { root: found.root, name: 'its repository', hops };
      this.#assertWithin({ file, realm: brought }, path, info.path);
      this.#pending.push({
        folder: info.path,
        isPlugin,
        realm: brought,
      });
      return;
    }
    this.#readsOutside = true;
    this.#trees.add(found.path);
    if (isPlugin) {
      const text = await this.context.files.readText(found.path);
      await this.#followPlugins({ file: path, folder, realm, isPlugin }, text);
    }
  }

  async #followPlugins(source: Source, text: string): Promise<void> {
    const { file, folder, realm } = source;
    const documents = await reading(`"${file}"`, () =>
      readDocuments(text, MANIFEST_LIMITS, { signal: this.context.signal }),
    );
    for (const document of documents) {
      if ('problem' in document) {
        throw new Error(`"${file}" cannot be read: ${document.problem}`);
      }
      const references = findPluginReferences(document.value as JsonValue);
      await this.#follow({ file, folder, realm, isPlugin: false }, references);
    }
  }

  /** What is not there is for Kustomize to tell, unless it would look for it elsewhere. */
  #judgeMissing(
    source: Source,
    reference: Reference,
    inside: string | undefined,
  ): void {
    if (isFileAddress(reference.path)) {
      throw new Error(
        `"${source.file}" builds upon "${reference.path}", which is on the disk of the portal; name it by its path in the Promotion's folder`,
      );
    }
    this.#assertWithin(source, reference.path, inside);
    // For the system there may be something: a link that leads outside.
    this.#trees.add(inside || '.');
  }

  #assertWithin(
    { file, realm }: Pick<Source, 'file' | 'realm'>,
    path: string,
    inside: string | undefined,
  ): void {
    if (inside === undefined || !isBelow(realm.root, inside)) {
      throw new Error(
        `"${file}" names "${path}", which is outside of ${realm.name}`,
      );
    }
  }
}

/**
 * Surveys a kustomization.
 *
 * @param bring - brings what a reference to another host stands for
 * @throws Error for what it names outside of the Promotion's folder.
 */
export function surveyKustomization(
  path: string,
  context: StepContext<'files'>,
  bring: (reference: Reference) => Promise<RemoteSource>,
): Promise<KustomizationSurvey> {
  return new Survey(context, bring).run(path);
}

function isSamePlace(a: Reference['at'], b: Reference['at']): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}

/** As Kustomize takes a text: for a file, then for a repository, then for a folder. */
function isRemote(
  { path, mayBeFolder }: Reference,
  info: FileInfo | undefined,
): boolean {
  return (
    isWebAddress(path) ||
    (mayBeFolder &&
      info?.kind !== 'file' &&
      parseRemoteBase(path) !== undefined)
  );
}
