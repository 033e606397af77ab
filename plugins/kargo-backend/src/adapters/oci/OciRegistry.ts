import { createHash } from 'node:crypto';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { InputError } from '@backstage/errors';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { ForeignInputError } from '../../foreign/ForeignInputError';
import { readJson } from '../../foreign/json';
import { Limits } from '../../foreign/limits';
import { ThreadsBusyError } from '../../foreign/ThreadsBusyError';
import { Clock } from '../../ports/Clock';
import { HttpClient, HttpResponse } from '../../ports/HttpClient';
import {
  ImageConfig,
  ImageManifest,
  ImageRegistry,
  ImageRepository,
} from '../../ports/ImageRegistry';
import { SharedCalls } from '../cache/SharedCalls';
import { credentialFingerprint } from '../http/credentialFingerprint';
import {
  CONTENT_LIMITS,
  MANIFEST_ACCEPT,
  ParsedManifest,
  readConfig,
  readManifest,
} from './manifests';
import { findNextPage } from './pagination';
import { parseRepository, RepositoryAddress } from './reference';
import { RegistryCall, RegistryRequests } from './RegistryRequests';
import { findValidators } from './validators';

/** What an {@link OciRegistry} needs. */
export interface OciRegistryOptions {
  http: HttpClient;
  clock: Clock;
  /** Between 0 and 1; spreads retries. */
  random(): number;
  /** Requests per second to one registry with the same credentials; 20 unless told. */
  maxPerSecond?: number;
  /** Hosts (with port if any) that are spoken to without TLS; loopback needs no mention. */
  plainHttpHosts?: readonly string[];
  /** Manifests and configs kept; 100,000 unless told. */
  maxCachedContents?: number;
}

/** ECR refuses more than 1000 a page. */
const PAGE_SIZE = 1_000;
const MAX_PAGES = 1_000;
/** Pages in a row without a tag that is new; deleted tags leave some such pages behind. */
const MAX_IDLE_PAGES = 10;
/** Artifact Registry answers a list with everything it knows of all images. */
const LIST_LIMITS: Limits = {
  bytes: 64 * 1024 * 1024,
  documents: 1,
  depth: 32,
  nodes: 2_000_000,
  milliseconds: 60_000,
  waitMilliseconds: 120_000,
};
const MAX_CACHED_CHARACTERS = 128 * 1024 * 1024;

const DIGEST = /^(sha256|sha512):[0-9a-f]{64,128}$/;
const TagList = z.object({
  tags: z
    .array(z.unknown())
    .nullish()
    .transform(tags =>
      (tags ?? []).filter((tag): tag is string => typeof tag === 'string'),
    ),
});

/** A page of a tag list. */
interface TagPage {
  readonly tags: readonly string[];
  /** Query of the page after it. */
  readonly next?: string;
}

/** A page that its registry can say of whether it is still the same. */
interface KnownPage extends TagPage {
  readonly validators: Readonly<Record<string, string>>;
}

/** A repository together with what is derived from it. */
interface Place {
  readonly repository: ImageRepository;
  readonly address: RepositoryAddress;
  /** Equal only for the same repository with the same credentials. */
  readonly key: string;
  readonly signal?: AbortSignal;
}

/**
 * The {@link ImageRegistry} over the OCI distribution protocol.
 *
 * @remarks
 * Content is kept by digest, repository and credentials: who knows a digest but has no
 * access learns nothing from what another tenant fetched.
 */
export class OciRegistry implements ImageRegistry {
  readonly #requests: RegistryRequests;
  readonly #manifests: LRUCache<string, ImageManifest>;
  readonly #configs: LRUCache<string, ImageConfig>;
  /** Where tags pointed when they were last asked for. */
  readonly #tagDigests: LRUCache<string, string>;
  /** Pages of tag lists, by address. */
  readonly #tagPages = new LRUCache<string, KnownPage>({
    maxSize: MAX_CACHED_CHARACTERS,
    sizeCalculation: ({ tags }) =>
      tags.reduce((size, tag) => size + tag.length + 1, 1),
  });
  readonly #listCalls = new SharedCalls<string[]>();
  readonly #tagCalls = new SharedCalls<
    { digest: string; mediaType: string } | undefined
  >();
  readonly #manifestCalls = new SharedCalls<ImageManifest | undefined>();
  readonly #configCalls = new SharedCalls<ImageConfig | undefined>();

  static create(options: OciRegistryOptions): OciRegistry {
    return new OciRegistry(options);
  }

  private constructor(options: OciRegistryOptions) {
    const {
      maxPerSecond = 20,
      plainHttpHosts = [],
      maxCachedContents = 100_000,
    } = options;
    this.#requests = new RegistryRequests({
      ...options,
      maxPerSecond,
      plainHttpHosts,
    });
    const maxEntries = Math.ceil(maxCachedContents / 2);
    this.#manifests = createContentCache(maxEntries);
    this.#configs = createContentCache(maxEntries);
    this.#tagDigests = new LRUCache({ max: maxCachedContents });
  }

  async listTags(
    repository: ImageRepository,
    options: { signal?: AbortSignal } = {},
  ): Promise<string[]> {
    const place = toPlace(repository, options.signal);
    return this.#listCalls.run(place.key, options.signal, signal =>
      this.#listTags({ ...place, signal }),
    );
  }

  async resolveTag(
    repository: ImageRepository,
    tag: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<{ digest: string; mediaType: string } | undefined> {
    const place = toPlace(repository, options.signal);
    const key = `${place.key} ${tag}`;
    return this.#tagCalls.run(key, options.signal, signal =>
      this.#resolveTag({ ...place, signal }, tag),
    );
  }

  async getManifest(
    repository: ImageRepository,
    reference: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<ImageManifest | undefined> {
    const place = toPlace(repository, options.signal);
    const key = `${place.key} ${reference}`;
    const known = DIGEST.test(reference) && this.#manifests.get(key);
    if (known) return known;
    return this.#manifestCalls.run(key, options.signal, signal =>
      DIGEST.test(reference)
        ? this.#fetchManifest({ ...place, signal }, reference)
        : this.#getTagged({ ...place, signal }, reference),
    );
  }

  async getConfig(
    repository: ImageRepository,
    digest: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<ImageConfig | undefined> {
    const place = toPlace(repository, options.signal);
    const key = `${place.key} ${digest}`;
    const known = this.#configs.get(key);
    if (known) return known;
    return this.#configCalls.run(key, options.signal, signal =>
      this.#fetchConfig({ ...place, signal }, digest),
    );
  }

  async #listTags(place: Place): Promise<string[]> {
    const { host, name } = place.address;
    const tags = new Set<string>();
    const visited = new Set<string>();
    let idlePages = 0;
    let path: string | undefined = `/v2/${name}/tags/list?n=${PAGE_SIZE}`;
    while (path !== undefined) {
      const isEndless =
        visited.has(path) ||
        visited.size >= MAX_PAGES ||
        idlePages >= MAX_IDLE_PAGES;
      if (isEndless) {
        throw new UpstreamUnavailableError(
          host,
          `${host} announces one more page of tags of ${place.repository.repoURL} again and again; gave up after ${visited.size} pages and ${tags.size} tags`,
        );
      }
      visited.add(path);
      const page: TagPage = await this.#getTagPage(place, path, visited.size);
      const before = tags.size;
      for (const tag of page.tags) tags.add(tag);
      const isNew = tags.size > before;
      idlePages = isNew ? 0 : idlePages + 1;
      const query =
        page.next ?? (isNew ? queryAfterFullPage(page.tags) : undefined);
      // Behind another name or path than its own, a registry names pages that are not
      // there; only what it says about the position counts.
      path = query && `/v2/${name}/tags/list${query}`;
    }
    return [...tags];
  }

  /** A page that is still the same is not sent again, where a registry can tell. */
  async #getTagPage(
    place: Place,
    path: string,
    position: number,
  ): Promise<TagPage> {
    const key = `${place.key} ${path}`;
    const known = this.#tagPages.get(key);
    const response = await this.#send(place, {
      operation: 'tags',
      path,
      what: `the tags of ${place.repository.repoURL}`,
      maxBytes: LIST_LIMITS.bytes,
      validators: known?.validators,
    });
    if (response.status === 404) throw notFound(place, path, position);
    if (known && response.status === 304) return known;
    const tags = await readTags(response, place);
    const next = findNextPage(response.headers.link, response.url);
    const validators = findValidators(response.headers);
    const page = { tags, ...(next !== undefined && { next }) };
    if (validators) {
      this.#tagPages.set(key, { ...page, validators });
    } else {
      this.#tagPages.delete(key);
    }
    return page;
  }

  async #resolveTag(
    place: Place,
    tag: string,
  ): Promise<{ digest: string; mediaType: string } | undefined> {
    const response = await this.#send(place, {
      operation: 'manifests',
      method: 'HEAD',
      path: `/v2/${place.address.name}/manifests/${tag}`,
      what: `the digest of ${place.repository.repoURL}:${tag}`,
      accept: MANIFEST_ACCEPT,
    });
    if (response.status === 404) return undefined;
    const digest = response.headers['docker-content-digest']?.[0] ?? '';
    const mediaType = mediaTypeOf(response);
    if (DIGEST.test(digest) && mediaType) return { digest, mediaType };
    // The header is optional in the specification; the content always tells.
    const manifest = await this.#fetchManifest(place, tag);
    return (
      manifest && { digest: manifest.digest, mediaType: manifest.mediaType }
    );
  }

  /**
   * Asks only for the digest when the tag was seen before: a `HEAD` is cheaper than the
   * manifest, and does not count as a pull on Docker Hub.
   */
  async #getTagged(
    place: Place,
    tag: string,
  ): Promise<ImageManifest | undefined> {
    const key = `${place.key} ${tag}`;
    const digest = this.#tagDigests.get(key);
    const known = digest && this.#manifests.get(`${place.key} ${digest}`);
    if (known) {
      const current = await this.#resolveTag(place, tag);
      if (!current) return undefined;
      if (current.digest === digest) return known;
    }
    const manifest = await this.#fetchManifest(place, tag);
    if (manifest) this.#tagDigests.set(key, manifest.digest);
    return manifest;
  }

  async #fetchManifest(
    place: Place,
    reference: string,
  ): Promise<ImageManifest | undefined> {
    const name = nameOf(place, reference);
    const response = await this.#send(place, {
      operation: 'manifests',
      path: `/v2/${place.address.name}/manifests/${reference}`,
      what: `the manifest of ${name}`,
      accept: MANIFEST_ACCEPT,
      maxBytes: CONTENT_LIMITS.bytes,
    });
    if (response.status === 404) return undefined;
    const { body } = response;
    const algorithm = reference.startsWith('sha512:') ? 'sha512' : 'sha256';
    const digest = digestOf(body, algorithm);
    if (DIGEST.test(reference)) refuseOtherDigest(place, reference, digest);
    const announcedType = mediaTypeOf(response);
    const { value: parsed, problem } = await tryReading(() =>
      readManifest(body, { digest, announcedType, signal: place.signal }),
    );
    if (!parsed) {
      const { host } = place.address;
      const why = [announcedType ?? 'no media type', problem];
      throw new UpstreamUnavailableError(
        host,
        `${name} at ${host} is no container image (${why
          .filter(Boolean)
          .join(
            ', ',
          )}); leave its tag out with ignoreTagsRegexes, or rebuild it with a current tool`,
      );
    }
    this.#manifests.set(`${place.key} ${digest}`, parsed.manifest);
    await this.#keepInlineConfig(place, parsed);
    return parsed.manifest;
  }

  /** What is sent along and cannot be used is asked for like any other config. */
  async #keepInlineConfig(
    place: Place,
    { inlineConfig }: ParsedManifest,
  ): Promise<void> {
    if (!inlineConfig) return;
    const { digest, content } = inlineConfig;
    const algorithm = digest.startsWith('sha512:') ? 'sha512' : 'sha256';
    if (digestOf(content, algorithm) !== digest) return;
    const { value: config } = await tryReading(() =>
      readConfig(content, place.signal),
    );
    if (config) this.#configs.set(`${place.key} ${digest}`, config);
  }

  async #fetchConfig(
    place: Place,
    digest: string,
  ): Promise<ImageConfig | undefined> {
    if (!DIGEST.test(digest)) return undefined;
    const name = nameOf(place, digest);
    const response = await this.#send(place, {
      operation: 'blobs',
      path: `/v2/${place.address.name}/blobs/${digest}`,
      what: `the config ${name}`,
      maxBytes: CONTENT_LIMITS.bytes,
    });
    if (response.status === 404) return undefined;
    const algorithm = digest.startsWith('sha512:') ? 'sha512' : 'sha256';
    refuseOtherDigest(place, digest, digestOf(response.body, algorithm));
    const { value: config, problem = 'it is no JSON object' } =
      await tryReading(() => readConfig(response.body, place.signal));
    if (!config) {
      const { host } = place.address;
      throw new UpstreamUnavailableError(
        host,
        `the config ${name} at ${host} cannot be read: ${problem}`,
      );
    }
    this.#configs.set(`${place.key} ${digest}`, config);
    return config;
  }

  #send(
    { repository, address, signal }: Place,
    call: Omit<RegistryCall, 'repository' | 'address' | 'signal'>,
  ): Promise<HttpResponse> {
    return this.#requests.send({ repository, address, signal, ...call });
  }
}

/** What a registry sent, or what is wrong with it. */
async function tryReading<T>(
  read: () => Promise<T | undefined>,
): Promise<{ value?: T; problem?: string }> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof ForeignInputError) return { problem: error.message };
    throw error;
  }
}

function createContentCache<T extends object>(
  maxEntries: number,
): LRUCache<string, T> {
  return new LRUCache<string, T>({
    max: maxEntries,
    maxSize: MAX_CACHED_CHARACTERS,
    sizeCalculation: value => JSON.stringify(value).length,
  });
}

function toPlace(repository: ImageRepository, signal?: AbortSignal): Place {
  const address = parseRepository(repository.repoURL);
  const fingerprint = credentialFingerprint(repository.credentials);
  const trust = repository.insecureSkipTLSVerify ? 'insecure' : 'verified';
  return {
    repository,
    address,
    key: `${address.host}/${address.name} ${fingerprint} ${trust}`,
    signal,
  };
}

function nameOf({ repository }: Place, reference: string): string {
  const separator = DIGEST.test(reference) ? '@' : ':';
  return `${repository.repoURL}${separator}${reference}`;
}

function mediaTypeOf(response: HttpResponse): string | undefined {
  return response.headers['content-type']?.[0]?.split(';')[0].trim();
}

function digestOf(content: Buffer, algorithm: 'sha256' | 'sha512'): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

function refuseOtherDigest(place: Place, asked: string, got: string): void {
  if (asked === got) return;
  const { host } = place.address;
  throw new UpstreamUnavailableError(
    host,
    `${host} sent something else than ${nameOf(
      place,
      asked,
    )}: its digest is ${got}; a cache or proxy on the way may have damaged it`,
  );
}

/**
 * What to ask after a page as long as was asked for that names no next one: some registries
 * forget to. A list that ends right there has nothing new after its last tag.
 */
function queryAfterFullPage(page: readonly string[]): string | undefined {
  const last = page[PAGE_SIZE - 1];
  return page.length === PAGE_SIZE
    ? `?n=${PAGE_SIZE}&last=${encodeURIComponent(last)}`
    : undefined;
}

/** A list that breaks off is an error, whatever the status: half of it would pass for all. */
function notFound(place: Place, path: string, pages: number): Error {
  const { host } = place.address;
  const { repoURL } = place.repository;
  return pages === 1
    ? new InputError(
        `${repoURL} does not exist at ${host}, or not for these credentials; check the name`,
      )
    : new UpstreamUnavailableError(
        host,
        `${host} answered with status 404 when asked for page ${pages} of the tags of ${repoURL}, at ${path}; nothing is taken from half a list`,
      );
}

async function readTags(
  { body }: HttpResponse,
  { address: { host }, repository, signal }: Place,
): Promise<string[]> {
  try {
    return TagList.parse(await readJson(body, LIST_LIMITS, { signal })).tags;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ThreadsBusyError) {
      throw error;
    }
    throw new UpstreamUnavailableError(
      host,
      `${host} answered with something else than a list when asked for the tags of ${repository.repoURL}; check that it is a container registry`,
      { cause: error },
    );
  }
}
