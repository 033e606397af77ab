import { kargoViewPermission } from 'backstage-plugin-kargo-common';
import { ActionOptions } from './ActionOptions';
import { linkTo } from './shapes';

const MOST = 100;

/** Lists the Projects that the caller may see. */
export function createListProjectsAction({
  actionsRegistry,
  api,
  uiBaseUrl,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'list-projects',
    title: 'List Kargo Projects',
    description:
      'Lists the Kargo Projects that the caller may see, with how many Stages and Warehouses each has and how many of them are healthy. Begin here when you do not know the name of a Project: all other Kargo actions take one.',
    visibilityPermission: kargoViewPermission,
    attributes: { readOnly: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          search: z.string().optional().describe('Part of the name'),
          mine: z
            .boolean()
            .optional()
            .describe(
              'Only Projects that the caller created or owns in the catalog',
            ),
        }),
      output: z => {
        const counts = z.object({ count: z.number(), healthy: z.number() });
        return z.object({
          projects: z.array(
            z.object({
              name: z.string(),
              stages: counts.optional(),
              warehouses: counts.optional(),
              url: z.string().optional().describe('Its page in the portal'),
            }),
          ),
          total: z
            .number()
            .describe(`How many there are; at most ${MOST} are listed`),
        });
      },
    },
    examples: [
      { title: 'Projects about checkout', input: { search: 'checkout' } },
    ],
    action: async ({ input: { search, mine }, credentials }) => {
      const { items, total } = await api.ask(credentials, client =>
        client.listProjects({
          ...(search !== undefined && { filter: search }),
          ...(mine && { mine }),
          pageSize: MOST,
        }),
      );
      return {
        output: {
          total,
          projects: items.map(({ metadata: { name }, status }) => ({
            name,
            ...(status?.stats && {
              stages: toCounts(status.stats.stages),
              warehouses: toCounts(status.stats.warehouses),
            }),
            ...linkTo(uiBaseUrl, name),
          })),
        },
      };
    },
  });
}

function toCounts(stats: { count: number; health: { healthy: number } }) {
  return { count: stats.count, healthy: stats.health.healthy };
}
