import {
  Freight,
  sortNewestFirst,
  ungroupedFreight,
  kargoViewPermission,
} from 'backstage-plugin-kargo-common';
import { ActionOptions } from './ActionOptions';
import {
  freightShape,
  MOST_NAMES,
  newestInput,
  projectInput,
  stageInput,
  tellFreight,
} from './shapes';

/** Lists Freight, or what of it may be promoted to a Stage. */
export function createListFreightAction({
  actionsRegistry,
  api,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'list-freight',
    title: 'List Freight of a Kargo Project',
    description:
      'Lists the Freight of a Kargo Project, the newest first. With a Stage, only what may be promoted there now: ask so before promote-freight.',
    visibilityPermission: kargoViewPermission,
    attributes: { readOnly: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          project: projectInput(z),
          stage: stageInput(z)
            .optional()
            .describe('Only what may be promoted to this Stage now'),
          newest: newestInput(z),
        }),
      output: z =>
        z.object({
          freight: z.array(
            freightShape(z).extend({
              currentlyIn: z.array(z.string()).describe('Names of Stages'),
              verifiedIn: z.array(z.string()).describe('Names of Stages'),
              approvedFor: z.array(z.string()).describe('Names of Stages'),
              isCut: z
                .literal(true)
                .optional()
                .describe(
                  `Set when one of these lists has more than ${MOST_NAMES} names, the others of which are left out`,
                ),
            }),
          ),
        }),
    },
    examples: [
      {
        title: 'What may be promoted to production',
        input: { project: 'shop', stage: 'prod', newest: 5 },
      },
    ],
    action: async ({ input: { project, stage, newest }, credentials }) => {
      const groups = await api.ask(credentials, client =>
        client.queryFreight({
          project,
          ...(stage === undefined ? { newest } : { stage }),
        }),
      );
      const freight = sortNewestFirst(ungroupedFreight(groups));
      return {
        output: {
          freight: freight.slice(0, newest).map(each => ({
            ...tellFreight(each),
            ...tellStagesOf(each),
          })),
        },
      };
    },
  });
}

function tellStagesOf({ status = {} }: Freight) {
  const lists = {
    currentlyIn: Object.keys(status.currentlyIn ?? {}),
    verifiedIn: Object.keys(status.verifiedIn ?? {}),
    approvedFor: Object.keys(status.approvedFor ?? {}),
  };
  return {
    currentlyIn: lists.currentlyIn.slice(0, MOST_NAMES),
    verifiedIn: lists.verifiedIn.slice(0, MOST_NAMES),
    approvedFor: lists.approvedFor.slice(0, MOST_NAMES),
    ...(Object.values(lists).some(({ length }) => length > MOST_NAMES) && {
      isCut: true as const,
    }),
  };
}
