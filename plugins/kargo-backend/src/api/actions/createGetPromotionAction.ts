import { kargoViewPermission } from 'backstage-plugin-kargo-common';
import { ActionOptions } from './ActionOptions';
import { projectInput, promotionShape, shorten, tellPromotion } from './shapes';

/** Tells how a Promotion goes. */
export function createGetPromotionAction({
  actionsRegistry,
  api,
  uiBaseUrl,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'get-promotion',
    title: 'Get a Promotion of a Kargo Project',
    description:
      'Tells how a Promotion goes or how it ended, step by step. Ask it again until the phase is Succeeded, Failed, Errored or Aborted; for what it waits for meanwhile ask explain-waiting.',
    visibilityPermission: kargoViewPermission,
    attributes: { readOnly: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          project: projectInput(z),
          promotion: z.string().min(1).describe('Name of the Promotion'),
        }),
      output: z =>
        promotionShape(z).extend({
          steps: z
            .array(
              z.object({
                alias: z.string(),
                status: z
                  .string()
                  .optional()
                  .describe('Absent for a step that has not begun'),
                message: z.string().optional(),
                finishedAt: z.string().optional().describe('RFC 3339'),
              }),
            )
            .describe('Those that have begun, in their order'),
        }),
    },
    examples: [
      {
        title: 'How a Promotion goes',
        input: { project: 'shop', promotion: 'prod.01j5.1a2b3c4' },
      },
    ],
    action: async ({ input: { project, promotion: name }, credentials }) => {
      const promotion = await api.ask(credentials, client =>
        client.getPromotion({ project, name }),
      );
      const steps = promotion.status?.stepExecutionMetadata ?? [];
      return {
        output: {
          ...tellPromotion(promotion, uiBaseUrl),
          steps: steps.map(({ alias, status, message, finishedAt }) => ({
            alias,
            ...(status && { status }),
            ...(message && { message: shorten(message) }),
            ...(finishedAt && { finishedAt }),
          })),
        },
      };
    },
  });
}
