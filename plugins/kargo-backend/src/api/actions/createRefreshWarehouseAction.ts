import { kargoViewPermission } from 'backstage-plugin-kargo-common';
import { ActionOptions } from './ActionOptions';
import { projectInput } from './shapes';

/** Lets a Warehouse look for news now. */
export function createRefreshWarehouseAction({
  actionsRegistry,
  api,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'refresh-warehouse',
    title: 'Refresh a Warehouse in Kargo',
    description:
      'Lets a Warehouse look at its repositories now instead of at its next interval. New Freight may be made of what it finds: list-freight tells a moment later.',
    visibilityPermission: kargoViewPermission,
    attributes: { readOnly: false, destructive: false, idempotent: true },
    schema: {
      input: z =>
        z.object({
          project: projectInput(z),
          warehouse: z.string().min(1).describe('Name of the Warehouse'),
        }),
      output: z => z.object({ isAskedToLook: z.literal(true) }),
    },
    examples: [
      { title: 'Look for news', input: { project: 'shop', warehouse: 'web' } },
    ],
    action: async ({ input: { project, warehouse: name }, credentials }) => {
      await api.ask(credentials, client =>
        client.refreshWarehouse({ project, name }),
      );
      return { output: { isAskedToLook: true as const } };
    },
  });
}
