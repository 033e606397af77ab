import { kargoViewPermission } from 'backstage-plugin-kargo-common';
import { ActionOptions } from './ActionOptions';
import { freightInput, MOST_NAMES, projectInput, stageInput } from './shapes';

/** Approves Freight for a Stage. */
export function createApproveFreightAction({
  actionsRegistry,
  api,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'approve-freight',
    title: 'Approve Freight for a Stage in Kargo',
    description:
      'Approves Freight for a Stage: it may then be promoted there although the Stages before have not verified it. Where promotion to the Stage is automatic, it may be promoted at once. Promotes nothing by itself.',
    visibilityPermission: kargoViewPermission,
    attributes: { readOnly: false, destructive: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          project: projectInput(z),
          stage: stageInput(z),
          freight: freightInput(z),
        }),
      output: z =>
        z.object({
          approvedFor: z
            .array(z.string())
            .describe(`Names of Stages, ${MOST_NAMES} at most`),
        }),
    },
    examples: [
      {
        title: 'Let a fix pass by the test Stage',
        input: { project: 'shop', stage: 'prod', freight: 'brisk-otter' },
      },
    ],
    action: async ({ input: { project, stage, freight }, credentials }) => {
      const { status } = await api.ask(credentials, async client => {
        await client.approveFreight({ project, freight, stage });
        return client.getFreight({ project, freight });
      });
      return {
        output: {
          // The one that was asked for is never left out.
          approvedFor: [
            ...new Set([stage, ...Object.keys(status?.approvedFor ?? {})]),
          ].slice(0, MOST_NAMES),
        },
      };
    },
  });
}
