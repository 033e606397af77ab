import {
  FoundItem,
  Freight,
  freightArtifacts,
  Resource,
  ResourceOf,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { isFoundBy, lookupWords, toWord } from '../../logic/freightWords';
import { IndexedListOptions, IndexedStore } from '../../ports/ResourceIndex';
import { ResourceList } from '../../ports/ResourceStore';
import { Caller } from '../server/Caller';
import { createRoute } from '../server/route';

/** Most that is told of one kind. */
const MOST = 20;
/** So many are read at a time, and asked of whether the caller may read their projects. */
const PAGE = 100;
/** Most that are looked at of one kind for what the caller may read. */
const MOST_READ = 5_000;
/** Names of Promotions hold the time, so nothing else is looked for among so many. */
const PROMOTION = /^[^.]+\.[0-9a-z]{26}\./;

/** Which projects the caller may read, as far as that was asked. */
class ReadableProjects {
  readonly #known = new Map<string, Promise<boolean>>();

  constructor(
    private readonly caller: Caller,
    private readonly store: IndexedStore,
  ) {}

  /** What lies in them. */
  async pick(found: FoundItem[]): Promise<FoundItem[]> {
    const names = [...new Set(found.map(({ project }) => project))];
    const unknown = names.filter(name => !this.#known.has(name));
    if (unknown.length > 0) {
      const readable = this.#ask(unknown);
      for (const name of unknown) {
        this.#known.set(
          name,
          readable.then(all => all.has(name)),
        );
      }
    }
    const mayRead = await Promise.all(
      found.map(({ project }) => this.#known.get(project)),
    );
    return found.filter((_, index) => mayRead[index]);
  }

  async #ask(names: string[]): Promise<ReadonlySet<string>> {
    const { items: projects } = await this.store.list('Project', { names });
    const mayRead = await this.caller.access.mayReadAll(projects);
    return new Set(
      projects
        .filter((_, index) => mayRead[index])
        .map(({ metadata }) => metadata.name),
    );
  }
}

const search = createRoute('search', {
  summary:
    'Finds Stages and Promotions by their names, and Freight by its alias, name, versions, tags and commits, in all projects that the caller may read',
  query: {
    text: z.string().describe('Whole, in any case; a commit from 7 digits on'),
  },
  answers: { 200: 'SearchResults' },
  handle: async ({ query, caller }, { store }) => {
    const word = toWord(query.text);
    const readable = new ReadableProjects(caller, store);
    const found = await Promise.all(
      word
        ? searches(store, word).map(items => takeReadable(items, readable))
        : [],
    );
    return {
      status: 200,
      body: {
        items: found.flatMap(({ items }) => items),
        isCut: found.some(({ isCut }) => isCut),
      },
    };
  },
});

/** What is called by a word, by kind, in pages. */
function searches(
  store: IndexedStore,
  word: string,
): Array<AsyncIterable<FoundItem[]>> {
  return [
    findNamed(store, 'Stage', word),
    findFreight(store, word),
    ...(PROMOTION.test(word) ? [findNamed(store, 'Promotion', word)] : []),
  ];
}

async function* findNamed(
  store: IndexedStore,
  kind: 'Stage' | 'Promotion',
  word: string,
): AsyncIterable<FoundItem[]> {
  for await (const page of pagesOf(store, kind, { names: [word] })) {
    yield page.map(resource => itemOf(kind, resource));
  }
}

async function* findFreight(
  store: IndexedStore,
  word: string,
): AsyncIterable<FoundItem[]> {
  const seen = new Set<string | undefined>();
  for (const value of lookupWords(word)) {
    const index = { name: 'word', value };
    for await (const page of pagesOf(store, 'Freight', { index })) {
      const fresh = page.filter(
        item => isFoundBy(item, word) && !seen.has(item.metadata.uid),
      );
      fresh.forEach(({ metadata }) => seen.add(metadata.uid));
      yield fresh.map(item => ({
        ...itemOf('Freight', item),
        ...contentOf(item),
      }));
    }
  }
}

async function* pagesOf<K extends FoundItem['kind']>(
  store: IndexedStore,
  kind: K,
  options: IndexedListOptions,
): AsyncIterable<ResourceOf<K>[]> {
  let read = 0;
  let cursor: string | undefined;
  do {
    const page: ResourceList<ResourceOf<K>> = await store.list(kind, {
      ...options,
      limit: PAGE,
      ...(cursor && { cursor }),
    });
    yield page.items;
    read += page.items.length;
    cursor = page.nextCursor;
  } while (cursor && read < MOST_READ);
}

/**
 * The first of what is found that the caller may read. Whether there is more tells of nothing
 * else, either.
 */
async function takeReadable(
  pages: AsyncIterable<FoundItem[]>,
  readable: ReadableProjects,
): Promise<{ items: FoundItem[]; isCut: boolean }> {
  const items: FoundItem[] = [];
  for await (const page of pages) {
    items.push(...(await readable.pick(page)));
    if (items.length > MOST) {
      return { items: items.slice(0, MOST), isCut: true };
    }
  }
  return { items, isCut: false };
}

function itemOf(kind: FoundItem['kind'], { metadata }: Resource): FoundItem {
  const { name, namespace: project = '' } = metadata;
  return { kind, project, name };
}

function contentOf(freight: Freight): Pick<FoundItem, 'alias' | 'versions'> {
  return {
    ...(freight.alias && { alias: freight.alias }),
    versions: freightArtifacts(freight).map(({ version }) => version),
  };
}

/** Finding things by what people call them. */
export const searchRoutes = [search];
