import {
  FoundItem,
  Freight,
  freightArtifacts,
  OperationId,
  Resource,
  ResourceOf,
  SearchResults,
} from 'backstage-plugin-kargo-common';
import { isFoundBy, lookupWords, toWord } from '../../logic/freightWords';
import { IndexedListOptions, IndexedStore } from '../../ports/ResourceIndex';
import { ResourceList } from '../../ports/ResourceStore';
import { Caller } from '../server/Caller';
import { ReadableProjects } from './ReadableProjects';

/** Most that is told of one kind. */
const MOST = 20;
/** So many are read at a time, and asked of whether the caller may read their projects. */
const PAGE = 100;
/** Most that are looked at of one kind for what the caller may read. */
const MOST_READ = 5_000;
/** Names of Promotions hold the time, so nothing else is looked for among so many. */
const PROMOTION = /^[^.]+\.[0-9a-z]{26}\./;

interface Where {
  store: IndexedStore;
  mostRead: number;
}

/** Some of what is called by a word. */
interface Page<T = FoundItem> {
  items: T[];
  /** Whether there is more, at which nobody looks. */
  isCut: boolean;
}

type Access = Pick<Caller['access'], 'mayReadAll' | 'decideByRules'>;

/** What tells of each kind in one project. */
const TOLD_BY = {
  Stage: 'listStages',
  Freight: 'queryFreight',
  Promotion: 'listPromotions',
} as const satisfies Record<FoundItem['kind'], OperationId>;

/**
 * What is called by a word in the projects that the caller may read.
 *
 * @param mostRead - how many that are called by the word are looked at, of each kind
 */
export async function findItems(
  store: IndexedStore,
  access: Access,
  text: string,
  mostRead: number = MOST_READ,
): Promise<SearchResults> {
  const word = toWord(text);
  const kinds = word ? searches({ store, mostRead }, word) : [];
  const found = await Promise.all(
    kinds.map(([kind, pages]) =>
      takeReadable(
        pages,
        ReadableProjects.create({ store, access, toldBy: TOLD_BY[kind] }),
      ),
    ),
  );
  return {
    items: found.flatMap(({ items }) => items),
    isCut: found.some(({ isCut }) => isCut),
  };
}

/** A kind, and what of it is called by a word, in pages. */
type Search = readonly [FoundItem['kind'], AsyncIterable<Page>];

function searches(where: Where, word: string): Search[] {
  const named = (kind: 'Stage' | 'Promotion'): Search => {
    return [kind, findNamed(where, kind, word)];
  };
  return [
    named('Stage'),
    ['Freight', findFreight(where, word)],
    ...(PROMOTION.test(word) ? [named('Promotion')] : []),
  ];
}

async function* findNamed(
  where: Where,
  kind: 'Stage' | 'Promotion',
  word: string,
): AsyncIterable<Page> {
  for await (const page of pagesOf(where, kind, { names: [word] })) {
    yield {
      ...page,
      items: page.items.map(resource => itemOf(kind, resource)),
    };
  }
}

async function* findFreight(where: Where, word: string): AsyncIterable<Page> {
  const seen = new Set<string | undefined>();
  for (const value of lookupWords(word)) {
    const index = { name: 'word', value };
    for await (const page of pagesOf(where, 'Freight', { index })) {
      const fresh = page.items.filter(
        item => isFoundBy(item, word) && !seen.has(item.metadata.uid),
      );
      fresh.forEach(({ metadata }) => seen.add(metadata.uid));
      yield {
        ...page,
        items: fresh.map(item => ({
          ...itemOf('Freight', item),
          ...contentOf(item),
        })),
      };
    }
  }
}

async function* pagesOf<K extends FoundItem['kind']>(
  { store, mostRead }: Where,
  kind: K,
  options: IndexedListOptions,
): AsyncIterable<Page<ResourceOf<K>>> {
  let left = mostRead;
  let cursor: string | undefined;
  do {
    const page: ResourceList<ResourceOf<K>> = await store.list(kind, {
      ...options,
      limit: Math.min(PAGE, left),
      ...(cursor && { cursor }),
    });
    left -= page.items.length;
    cursor = page.nextCursor;
    yield { items: page.items, isCut: cursor !== undefined && left <= 0 };
  } while (cursor && left > 0);
}

/**
 * The first of what is found that the caller may read. Whether there is more tells of nothing
 * else, unless so much is called by the word that the rest is not looked at.
 */
async function takeReadable(
  pages: AsyncIterable<Page>,
  readable: ReadableProjects,
): Promise<SearchResults> {
  const items: FoundItem[] = [];
  let isCut = false;
  for await (const page of pages) {
    items.push(...(await readable.pick(page.items, ({ project }) => project)));
    isCut ||= page.isCut;
    if (items.length > MOST) {
      return { items: items.slice(0, MOST), isCut: true };
    }
  }
  return { items, isCut };
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
