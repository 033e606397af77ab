import { z } from 'zod';
import { findItems } from '../resources/findItems';
import { createRoute } from '../server/route';

const search = createRoute('search', {
  summary:
    'Finds Stages and Promotions by their names, and Freight by its alias, name, versions, tags and commits, in all projects that the caller may read, as far as the role of an API token may list them: 20 of a kind, among the first 5,000 that are called so',
  query: {
    text: z.string().describe('Whole, in any case; a commit from 7 digits on'),
  },
  answers: { 200: 'SearchResults' },
  handle: async ({ query, caller }, { store }) => ({
    status: 200,
    body: await findItems(store, caller.access, query.text),
  }),
});

/** Finding things by what people call them. */
export const searchRoutes = [search];
