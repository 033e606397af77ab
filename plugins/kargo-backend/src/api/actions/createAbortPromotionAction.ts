import { kargoViewPermission } from 'backstage-plugin-kargo-common';
import { ActionOptions } from './ActionOptions';
import { projectInput } from './shapes';

/** Aborts a Promotion. */
export function createAbortPromotionAction({
  actionsRegistry,
  api,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'abort-promotion',
    title: 'Abort a Promotion in Kargo',
    description:
      'Stops a Promotion: a step that runs is broken off, and no other begins. What its steps have done already is not undone. Answers at once; that it has ended tells get-promotion.',
    visibilityPermission: kargoViewPermission,
    attributes: { readOnly: false, destructive: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          project: projectInput(z),
          promotion: z.string().min(1).describe('Name of the Promotion'),
        }),
      output: z => z.object({ isAskedToEnd: z.literal(true) }),
    },
    examples: [
      {
        title: 'Stop a Promotion',
        input: { project: 'shop', promotion: 'prod.01j5.1a2b3c4' },
      },
    ],
    action: async ({ input: { project, promotion: name }, credentials }) => {
      await api.ask(credentials, client =>
        client.abortPromotion({ project, name }),
      );
      return { output: { isAskedToEnd: true as const } };
    },
  });
}
