import {
  kargoViewPermission,
  PromotionDryRun,
} from 'backstage-plugin-kargo-common';
import { ActionOptions } from './ActionOptions';
import {
  freightInput,
  MOST_NAMES,
  projectInput,
  shorten,
  stageInput,
} from './shapes';

/** Tells what promoting would change, without promoting. */
export function createPlanPromotionAction({
  actionsRegistry,
  api,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'plan-promotion',
    title: 'Plan a Promotion in Kargo',
    description:
      'Tells what promoting Freight to a Stage would change in git, with diffs, and changes nothing: the steps that only work on files are run on a copy that is thrown away, and those that act on something else are named and left out. Needs the right to promote to the Stage.',
    visibilityPermission: kargoViewPermission,
    attributes: { readOnly: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          project: projectInput(z),
          stage: stageInput(z),
          freight: freightInput(z),
        }),
      output: z =>
        z.object({
          steps: z.array(
            z.object({
              alias: z.string(),
              uses: z.string(),
              outcome: z.enum(['Ran', 'Skipped', 'NotRun', 'Failed']),
              message: z.string().optional(),
            }),
          ),
          changes: z
            .array(
              z.object({
                repoURL: z.string(),
                branch: z.string().optional(),
                isCommitted: z
                  .boolean()
                  .describe('What is not committed is not pushed'),
                files: z.array(
                  z.object({
                    path: z.string(),
                    change: z.enum(['Added', 'Changed', 'Moved', 'Removed']),
                    previousPath: z
                      .string()
                      .optional()
                      .describe('Where it was, when it is moved'),
                    diff: z.string().optional().describe('Unified diff'),
                    isCut: z
                      .boolean()
                      .optional()
                      .describe(
                        'Set when the diff ends before the differences',
                      ),
                  }),
                ),
                fileCount: z
                  .number()
                  .describe('How many differ, also those that are not listed'),
                unknown: z
                  .string()
                  .optional()
                  .describe('Why it could not be compared'),
              }),
            )
            .describe('One for each checkout of a git repository'),
          endedEarly: z
            .string()
            .optional()
            .describe('Why it ended before its last step'),
        }),
    },
    examples: [
      {
        title: 'What would change in production',
        input: { project: 'shop', stage: 'prod', freight: 'brisk-otter' },
      },
    ],
    action: async ({ input: { project, stage, freight }, credentials }) => ({
      output: tellPlan(
        await api.ask(credentials, async client => {
          const { metadata } = await client.getFreight({ project, freight });
          return client.dryRunPromotion({
            ...{ project, stage },
            body: { freight: metadata.name },
          });
        }),
      ),
    }),
  });
}

/** Whatever else it tells, the schema of the action leaves out. */
function tellPlan({ steps, changes, endedEarly }: PromotionDryRun) {
  return {
    ...(endedEarly !== undefined && { endedEarly: shorten(endedEarly) }),
    steps: steps.map(({ message, ...step }) => ({
      ...step,
      ...(message !== undefined && { message: shorten(message) }),
    })),
    changes: changes.map(change => ({
      ...change,
      files: change.files.slice(0, MOST_NAMES).map(({ diff, ...file }) => ({
        ...file,
        ...(diff !== undefined && { diff: shorten(diff) }),
      })),
    })),
  };
}
