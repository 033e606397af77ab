import { kargoViewPermission } from 'backstage-plugin-kargo-common';
import { ActionOptions } from './ActionOptions';
import {
  freightInput,
  projectInput,
  promotionShape,
  stageInput,
  tellPromotion,
} from './shapes';

/** Promotes Freight to a Stage. */
export function createPromoteFreightAction({
  actionsRegistry,
  api,
  uiBaseUrl,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'promote-freight',
    title: 'Promote Freight in Kargo',
    description:
      'Promotes Freight to a Stage, which runs the steps of that Stage and changes what is deployed there. The Freight must be available to the Stage: list-freight with the Stage says which is, plan-promotion what would change. Answers at once; how the Promotion goes tells get-promotion. Called twice, it promotes twice.',
    visibilityPermission: kargoViewPermission,
    attributes: { readOnly: false, destructive: true, idempotent: false },
    schema: {
      input: z =>
        z.object({
          project: projectInput(z),
          stage: stageInput(z),
          freight: freightInput(z),
        }),
      output: promotionShape,
    },
    examples: [
      {
        title: 'Promote to production',
        input: { project: 'shop', stage: 'prod', freight: 'brisk-otter' },
      },
    ],
    action: async ({ input: { project, stage, freight }, credentials }) => {
      const promotion = await api.ask(credentials, async client => {
        const { metadata } = await client.getFreight({ project, freight });
        return client.promoteToStage({
          ...{ project, stage },
          body: { freight: metadata.name },
        });
      });
      return { output: tellPromotion(promotion, uiBaseUrl) };
    },
  });
}
