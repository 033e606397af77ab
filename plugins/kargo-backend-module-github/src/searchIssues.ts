import { createStep } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { REPOSITORY_FIELDS } from './GithubRepository';
import { Issues } from './Issues';

/** Finds one issue by its number, or some by a query. */
export const searchIssuesStep = createStep({
  id: 'gh-search-issues',
  description: 'Finds issues on GitHub.',
  config: z
    .strictObject({
      ...REPOSITORY_FIELDS,
      issueNumber: z.int().min(1).optional(),
      query: z
        .string()
        .min(1)
        // In parentheses and in capitals, too; within quotes they are words to look for.
        .refine(query => !/(?:^|[^\w"])(?:repo|org|user):/i.test(query), {
          error:
            'is about the repository of repoURL; leave out "repo:", "org:" and "user:"',
        })
        .optional(),
    })
    .refine(
      ({ issueNumber, query }) =>
        (issueNumber === undefined) !== (query === undefined),
      {
        error:
          'Must validate one and only one schema (oneOf): give exactly one of "issueNumber" and "query"',
      },
    ),
  needs: ['credentials', 'http'],
  async run(config, context) {
    const { issueNumber, query = '' } = config;
    const issues = await Issues.open(config, context);
    const found =
      issueNumber === undefined
        ? await issues.search(query)
        : [await issues.get(issueNumber)];
    return {
      kind: 'succeeded',
      output: { issues: found.map(issue => ({ ...issue })) },
    };
  },
});
