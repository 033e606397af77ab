import { InputError } from '@backstage/errors';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { inTurns } from '../../foreign/inTurns';
import { readJson } from '../../foreign/json';
import { Limits } from '../../foreign/limits';
import { ThreadsBusyError } from '../../foreign/ThreadsBusyError';
import { isTag } from '../../logic/selection/imageReference';
import { Slices } from '../../logic/slices';
import { HttpResponse } from '../../ports/HttpClient';
import { SharedCalls } from '../cache/SharedCalls';
import { findNextPage } from './pagination';
import { describeErrors } from './registryError';
import { RegistryPlace } from './RegistryPlace';
import { RegistryRequests } from './RegistryRequests';
import { findValidators } from '../http/validators';

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
  share: 'work',
};
/** Tags that are added in one step. */
const SLICE = 256;
/** Of the tags that are kept. */
const MAX_CACHED_CHARACTERS = 128 * 1024 * 1024;

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

/** Lists of tags, which registries tell in pages. */
export class TagLists {
  readonly #requests: RegistryRequests;
  /** By address. */
  readonly #pages = new LRUCache<string, KnownPage>({
    maxSize: MAX_CACHED_CHARACTERS,
    sizeCalculation: ({ tags }) =>
      tags.reduce((size, tag) => size + tag.length + 1, 1),
  });
  readonly #calls = new SharedCalls<string[]>();

  constructor(requests: RegistryRequests) {
    this.#requests = requests;
  }

  /**
   * All tags of a repository: half of a list would pass for all of it.
   *
   * @throws UpstreamUnavailableError when a page cannot be had
   * @throws InputError for a repository that is not there
   */
  list(
    place: RegistryPlace,
    options: { force?: boolean } = {},
  ): Promise<string[]> {
    return this.#calls.run(
      place.key,
      place.signal,
      signal => this.#listPages({ ...place, signal }),
      options,
    );
  }

  async #listPages(place: RegistryPlace): Promise<string[]> {
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
      const page: TagPage = await this.#getPage(place, path, visited.size);
      const before = tags.size;
      await inTurns(addInSlices(tags, page.tags), place.signal);
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
  async #getPage(
    place: RegistryPlace,
    path: string,
    position: number,
  ): Promise<TagPage> {
    const key = `${place.key} ${path}`;
    const known = this.#pages.get(key);
    const { repository, address, signal } = place;
    const response = await this.#requests.send({
      repository,
      address,
      signal,
      operation: 'tags',
      path,
      what: `the tags of ${repository.repoURL}`,
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
      this.#pages.set(key, { ...page, validators });
    } else {
      this.#pages.delete(key);
    }
    return page;
  }
}

/** A registry may tell all of its tags in one page, and what cannot be one. */
function* addInSlices(
  known: Set<string>,
  tags: readonly string[],
): Slices<void> {
  for (const [index, tag] of tags.entries()) {
    if (isTag(tag)) known.add(tag);
    if (index % SLICE === 0) yield;
  }
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
function notFound(place: RegistryPlace, path: string, pages: number): Error {
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
  { address: { host }, repository, signal }: RegistryPlace,
): Promise<string[]> {
  const asked = `when asked for the tags of ${repository.repoURL}`;
  let errors: string | undefined;
  try {
    const answer = await readJson(body, LIST_LIMITS, { signal });
    errors = describeErrors(answer);
    if (errors === undefined) {
      return TagList.parse(answer).tags;
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ThreadsBusyError) {
      throw error;
    }
    throw new UpstreamUnavailableError(
      host,
      `${host} answered with something else than a list ${asked}; check that it is a container registry`,
      { cause: error },
    );
  }
  // Proxies send it with a status of success; a list that is empty is something else.
  throw new UpstreamUnavailableError(
    host,
    `${host} answered with an error ${asked}${errors}; it will be asked again later`,
  );
}
