import { InputError } from '@backstage/errors';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { LRUCache } from 'lru-cache';
import { ForeignInputError } from '../../foreign/ForeignInputError';
import { isTag } from '../../logic/selection/imageReference';
import { Clock } from '../../ports/Clock';
import { HttpClient, HttpResponse } from '../../ports/HttpClient';
import {
  ImageConfig,
  ImageManifest,
  ImageRegistry,
  ImageRepository,
} from '../../ports/ImageRegistry';
import { SharedCalls } from '../cache/SharedCalls';
import { digestOf, isDigest, nameOf, refuseOtherDigest } from './contentDigest';
import {
  CONTENT_LIMITS,
  MANIFEST_ACCEPT,
  ParsedManifest,
  readConfig,
  readManifest,
} from './manifests';
import { RegistryPlace, toRegistryPlace } from './RegistryPlace';
import { RegistryCall, RegistryRequests } from './RegistryRequests';
import { TagLists } from './TagLists';

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

const MAX_CACHED_CHARACTERS = 128 * 1024 * 1024;

/**
 * The {@link ImageRegistry} over the OCI distribution protocol.
 *
 * @remarks
 * Content is kept by digest, repository and credentials: who knows a digest but has no
 * access learns nothing from what another tenant fetched.
 */
export class OciRegistry implements ImageRegistry {
  readonly #requests: RegistryRequests;
  readonly #tagLists: TagLists;
  readonly #manifests: LRUCache<string, ImageManifest>;
  readonly #configs: LRUCache<string, ImageConfig>;
  /** Where tags pointed when they were last asked for. */
  readonly #tagDigests: LRUCache<string, string>;
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
    this.#tagLists = new TagLists(this.#requests);
    const maxEntries = Math.ceil(maxCachedContents / 2);
    this.#manifests = createContentCache(maxEntries);
    this.#configs = createContentCache(maxEntries);
    this.#tagDigests = new LRUCache({ max: maxCachedContents });
  }

  async listTags(
    repository: ImageRepository,
    options: { force?: boolean; signal?: AbortSignal } = {},
  ): Promise<string[]> {
    const place = toRegistryPlace(repository, options.signal);
    return this.#tagLists.list(place, options);
  }

  async resolveTag(
    repository: ImageRepository,
    tag: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<{ digest: string; mediaType: string } | undefined> {
    refuseOtherReference(tag);
    const place = toRegistryPlace(repository, options.signal);
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
    refuseOtherReference(reference);
    const place = toRegistryPlace(repository, options.signal);
    const key = `${place.key} ${reference}`;
    const known = isDigest(reference) && this.#manifests.get(key);
    if (known) return known;
    return this.#manifestCalls.run(key, options.signal, signal =>
      isDigest(reference)
        ? this.#fetchManifest({ ...place, signal }, reference)
        : this.#getTagged({ ...place, signal }, reference),
    );
  }

  async getConfig(
    repository: ImageRepository,
    digest: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<ImageConfig | undefined> {
    const place = toRegistryPlace(repository, options.signal);
    const key = `${place.key} ${digest}`;
    const known = this.#configs.get(key);
    if (known) return known;
    return this.#configCalls.run(key, options.signal, signal =>
      this.#fetchConfig({ ...place, signal }, digest),
    );
  }

  async #resolveTag(
    place: RegistryPlace,
    tag: string,
  ): Promise<{ digest: string; mediaType: string } | undefined> {
    const response = await this.#send(place, {
      operation: 'manifests',
      method: 'HEAD',
      path: `/v2/${place.address.name}/manifests/${tag}`,
      what: `the digest of ${place.repository.repoURL}:${tag}`,
      accept: MANIFEST_ACCEPT,
      mayBeRefused: true,
    });
    const digest = response.headers['docker-content-digest']?.[0] ?? '';
    const mediaType = mediaTypeOf(response);
    if (response.status === 200 && isDigest(digest) && mediaType) {
      return { digest, mediaType };
    }
    // The header is optional in the specification, and there are registries and proxies that
    // refuse HEAD, or do not find what they have; the content always tells.
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
    place: RegistryPlace,
    tag: string,
  ): Promise<ImageManifest | undefined> {
    const key = `${place.key} ${tag}`;
    const digest = this.#tagDigests.get(key);
    const known = digest && this.#manifests.get(`${place.key} ${digest}`);
    const current = known && (await this.#resolveTag(place, tag));
    if (known && !current) return undefined;
    // Where HEAD told nothing, the content was asked for and is here.
    const manifest =
      (current && this.#manifests.get(`${place.key} ${current.digest}`)) ||
      (await this.#fetchManifest(place, tag));
    if (manifest) this.#tagDigests.set(key, manifest.digest);
    return manifest;
  }

  async #fetchManifest(
    place: RegistryPlace,
    reference: string,
  ): Promise<ImageManifest | undefined> {
    const name = nameOf(place.repository, reference);
    const response = await this.#send(place, {
      operation: 'manifests',
      path: `/v2/${place.address.name}/manifests/${reference}`,
      what: `the manifest of ${name}`,
      accept: MANIFEST_ACCEPT,
      maxBytes: CONTENT_LIMITS.bytes,
    });
    if (response.status === 404) return undefined;
    const { body } = response;
    const digest = digestOf(body, reference);
    if (isDigest(reference)) {
      refuseOtherDigest(place.repository, reference, digest);
    }
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
    place: RegistryPlace,
    { inlineConfig }: ParsedManifest,
  ): Promise<void> {
    if (!inlineConfig) return;
    const { digest, content } = inlineConfig;
    if (digestOf(content, digest) !== digest) return;
    const { value: config } = await tryReading(() =>
      readConfig(content, place.signal),
    );
    if (config) this.#configs.set(`${place.key} ${digest}`, config);
  }

  async #fetchConfig(
    place: RegistryPlace,
    digest: string,
  ): Promise<ImageConfig | undefined> {
    if (!isDigest(digest)) return undefined;
    const name = nameOf(place.repository, digest);
    const response = await this.#send(place, {
      operation: 'blobs',
      path: `/v2/${place.address.name}/blobs/${digest}`,
      what: `the config ${name}`,
      maxBytes: CONTENT_LIMITS.bytes,
    });
    if (response.status === 404) return undefined;
    const got = digestOf(response.body, digest);
    refuseOtherDigest(place.repository, digest, got);
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
    { repository, address, signal }: RegistryPlace,
    call: Omit<RegistryCall, 'repository' | 'address' | 'signal'>,
  ): Promise<HttpResponse> {
    return this.#requests.send({ repository, address, signal, ...call });
  }
}

/** What else is in a path would lead to another repository. */
function refuseOtherReference(reference: string): void {
  if (!isDigest(reference) && !isTag(reference)) {
    throw new InputError(
      `${JSON.stringify(reference)} is neither a tag nor a digest`,
    );
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

function mediaTypeOf(response: HttpResponse): string | undefined {
  return response.headers['content-type']?.[0]?.split(';')[0].trim();
}
