import {
  isUpstreamUnavailableError,
  StepContext,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { readDocuments } from '../../../foreign/documents';
import { ForeignInputError } from '../../../foreign/ForeignInputError';
import { MANIFEST_LIMITS } from '../../../foreign/limits';
import { isObject } from '../../../logic/isObject';
import { Reference } from './references';
import {
  isWebAddress,
  parseRemoteBase,
  RemoteBase,
  withoutUser,
} from './remoteBase';

/** Of one build: clones and files together. */
const MAX_SOURCES = 50;
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** What a reference to another host stands for, now that it is here. */
export type RemoteSource =
  | { kind: 'file'; path: string }
  /** `root` is what the repository is in; both from the Promotion's folder. */
  | { kind: 'folder'; path: string; root: string };

/**
 * Brings what kustomizations name on other hosts into a folder.
 *
 * @remarks
 * Repositories come by the Promotion's git and files by its requests, with their credentials and
 * their rules for hosts; Kustomize itself reaches nobody. What is named twice comes once.
 */
export class RemoteSources {
  readonly #brought = new Map<string, string>();
  /** What was asked for as a file and is none. */
  readonly #noFiles = new Set<string>();

  constructor(
    private readonly context: StepContext<'files' | 'git' | 'http'>,
    private readonly folder: string,
  ) {}

  /** A text in which places are called by what was brought there. */
  rename(text: string): string {
    return [...this.#brought].reduce(
      (renamed, [address, path]) =>
        renamed.replaceAll(path, withoutUser(address)),
      text,
    );
  }

  /**
   * @throws Error that names the reference, when it cannot be had.
   */
  async bring({
    path: address,
    mayBeFile,
    mayBeFolder,
  }: Reference): Promise<RemoteSource> {
    const base = mayBeFolder ? parseRemoteBase(address) : undefined;
    // As Kustomize does: what answers with resources is a file, whatever else it may be.
    if (mayBeFile && isWebAddress(address) && !isSurelyBase(address, base)) {
      const path = await this.#download(address, base !== undefined);
      if (path !== undefined) {
        return { kind: 'file', path };
      }
    }
    if (base === undefined) {
      throw new Error(
        `"${withoutUser(
          address,
        )}" is not the URL of a repository that git can clone`,
      );
    }
    const root = await this.#clone(base);
    return { kind: 'folder', path: `${root}/${base.folder}`, root };
  }

  async #clone(base: RemoteBase): Promise<string> {
    const { repoURL, revision, submodules, timeoutMs } = base;
    const key = `${repoURL}${revision === undefined ? '' : `?ref=${revision}`}${
      submodules ? '' : ' without submodules'
    }`;
    return this.#once(key, 'repository', async path => {
      try {
        await this.context.git.export({
          repoURL,
          path,
          recurseSubmodules: submodules,
          ...(revision !== undefined && { revision }),
          ...(timeoutMs !== undefined && { timeoutMs }),
        });
      } catch (error) {
        this.context.signal.throwIfAborted();
        if (isUpstreamUnavailableError(error)) {
          throw error;
        }
        throw new Error(
          `cannot clone "${withoutUser(key)}": ${(error as Error).message}`,
          { cause: error },
        );
      }
    });
  }

  /**
   * @param mayBeRepository - then only what reads as resources is a file
   * @returns `undefined` for what is none
   */
  async #download(
    address: string,
    mayBeRepository: boolean,
  ): Promise<string | undefined> {
    const known = this.#brought.get(address);
    if (known !== undefined || this.#noFiles.has(address)) {
      return known;
    }
    this.#assertRoom();
    const { files, http } = this.context;
    const { status, body, url } = await http.send({
      url: address,
      maxBytes: MAX_FILE_BYTES,
    });
    const isAnswer = status >= 200 && status <= 299;
    if (mayBeRepository && !(isAnswer && (await this.#holdsResources(body)))) {
      this.#noFiles.add(address);
      return undefined;
    }
    if (!isAnswer) {
      const message = `"${withoutUser(address)}" answers with status ${status}`;
      throw status === 429 || status >= 500
        ? new UpstreamUnavailableError(url.host, message)
        : new Error(message);
    }
    return this.#once(address, fileName(address), path =>
      files.write(path, body),
    );
  }

  async #holdsResources(body: Buffer): Promise<boolean> {
    const { signal } = this.context;
    try {
      const documents = await readDocuments(body, MANIFEST_LIMITS, { signal });
      return (
        documents.length > 0 &&
        documents.every(each => !('problem' in each) && isObject(each.value))
      );
    } catch (error) {
      if (!(error instanceof ForeignInputError)) {
        throw error;
      }
      // A page for people, for example.
      return false;
    }
  }

  /** Each has a folder of its own, so that a file keeps its name. */
  async #once(
    key: string,
    name: string,
    bring: (path: string) => Promise<void>,
  ): Promise<string> {
    const known = this.#brought.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#assertRoom();
    const path = `${this.folder}/${this.#brought.size}/${name}`;
    await bring(path);
    this.#brought.set(key, path);
    return path;
  }

  #assertRoom(): void {
    if (Math.max(this.#brought.size, this.#noFiles.size) >= MAX_SOURCES) {
      throw new Error(
        `it takes more than ${MAX_SOURCES} repositories and files from other hosts`,
      );
    }
  }
}

/** A file may have any address, but one that tells a repository from a folder is hardly one. */
function isSurelyBase(address: string, base: RemoteBase | undefined): boolean {
  return (
    base !== undefined &&
    base.isMarked &&
    !/\.(?:ya?ml|json)(?:\?|$)/i.test(address)
  );
}

/** What Kustomize calls the content of a file by. */
function fileName(address: string): string {
  const [path] = address.split(/[?#]/);
  const last = path.slice(path.lastIndexOf('/') + 1);
  return /^[\w.-]+$/.test(last) && /\w/.test(last) ? last : 'file';
}
