import { kargoViewPermission } from 'backstage-plugin-kargo-common';
import { ActionOptions } from './ActionOptions';
import {
  newestInput,
  projectInput,
  promotionShape,
  stageInput,
  tellPromotion,
} from './shapes';

/** Lists what was promoted. */
export function createListPromotionsAction({
  actionsRegistry,
  api,
  uiBaseUrl,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'list-promotions',
    title: 'List Promotions of a Kargo Project',
    description:
      'Lists the Promotions of a Kargo Project, or of one of its Stages, the newest first, with how each ended. For the steps of one ask get-promotion.',
    visibilityPermission: kargoViewPermission,
    attributes: { readOnly: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          project: projectInput(z),
          stage: stageInput(z).optional().describe('Only of this Stage'),
          newest: newestInput(z),
        }),
      output: z => z.object({ promotions: z.array(promotionShape(z)) }),
    },
    examples: [
      {
        title: 'The last promotions to production',
        input: { project: 'shop', stage: 'prod', newest: 5 },
      },
    ],
    action: async ({ input: { project, stage, newest }, credentials }) => {
      const { items } = await api.ask(credentials, client =>
        client.listPromotions({
          project,
          newest,
          ...(stage !== undefined && { stage }),
        }),
      );
      return {
        output: {
          promotions: items.map(each => tellPromotion(each, uiBaseUrl)),
        },
      };
    },
  });
}
