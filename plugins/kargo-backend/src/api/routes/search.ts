import {
  FoundItem,
  Freight,
  freightArtifacts,
  Project,
  Resource,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { isFoundBy, lookupWord, toWord } from '../../logic/freightWords';
import { IndexedStore } from '../../ports/ResourceIndex';
import { Caller } from '../server/Caller';
import { createRoute } from '../server/route';

/** Most that is told of one kind. */
const MOST = 20;
/** Names of Promotions hold the time, so nothing else is looked for among so many. */
const PROMOTION = /^[^.]+\.[0-9a-z]{26}\./;

const search = createRoute('search', {
  summary:
    'Finds Stages and Promotions by their names, and Freight by its alias, name, versions, tags and commits, in all projects that the caller may read',
  query: {
    text: z.string().describe('Whole, in any case; a commit from 7 digits on'),
  },
  answers: { 200: 'SearchResults' },
  handle: async ({ query, caller }, { store }) => {
    const word = toWord(query.text);
    const found = word ? await findAll(store, word) : [];
    const items = await readableBy(caller, store, found);
    return {
      status: 200,
      body: { items, isCut: isFull(found) },
    };
  },
});

async function findAll(
  store: IndexedStore,
  word: string,
): Promise<FoundItem[]> {
  const limit = MOST;
  const [stages, freight, promotions] = await Promise.all([
    store.list('Stage', { names: [word], limit }),
    store.list('Freight', {
      index: { name: 'word', value: lookupWord(word) },
      limit,
    }),
    PROMOTION.test(word)
      ? store.list('Promotion', { names: [word], limit })
      : { items: [] },
  ]);
  return [
    ...stages.items.map(stage => itemOf('Stage', stage)),
    ...freight.items
      .filter(item => isFoundBy(item, word))
      .map(item => ({ ...itemOf('Freight', item), ...contentOf(item) })),
    ...promotions.items.map(promotion => itemOf('Promotion', promotion)),
  ];
}

function isFull(found: readonly FoundItem[]): boolean {
  const kinds = ['Stage', 'Freight', 'Promotion'];
  return kinds.some(
    wanted => found.filter(({ kind }) => kind === wanted).length >= MOST,
  );
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

async function readableBy(
  { access }: Caller,
  store: IndexedStore,
  found: FoundItem[],
): Promise<FoundItem[]> {
  const names = [...new Set(found.map(({ project }) => project))];
  const { items: projects } =
    names.length > 0 ? await store.list('Project', { names }) : { items: [] };
  const mayRead = await access.mayReadAll(projects);
  const readable = new Set(
    projects.filter((_, index) => mayRead[index]).map(nameOf),
  );
  return found.filter(({ project }) => readable.has(project));
}

function nameOf({ metadata }: Project): string {
  return metadata.name;
}

/** Finding things by what people call them. */
export const searchRoutes = [search];
