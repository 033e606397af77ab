import { InputError } from '@backstage/errors';
import {
  Explanation,
  KargoApi,
  kargoViewPermission,
} from 'backstage-plugin-kargo-common';
import { ActionOptions } from './ActionOptions';
import {
  freightInput,
  MOST_NAMES,
  projectInput,
  shorten,
  stageInput,
} from './shapes';

interface Subject {
  project: string;
  stage?: string | undefined;
  freight?: string | undefined;
  promotion?: string | undefined;
  warehouse?: string | undefined;
}

/** Tells why something waits, or what is wrong with it. */
export function createExplainWaitingAction({
  actionsRegistry,
  api,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'explain-waiting',
    title: 'Explain why something waits in Kargo',
    description:
      'Tells why a Stage does not hold the newest Freight or is not ready, why Freight is not promoted to a Stage, what a Promotion waits for, or why a Warehouse makes no Freight. Name a stage, a stage and freight, a promotion, or a warehouse. Reasons come with the most pressing first; a tone of `problem` needs somebody, `waiting` passes by itself or with what its message says.',
    visibilityPermission: kargoViewPermission,
    attributes: { readOnly: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          project: projectInput(z),
          stage: stageInput(z).optional(),
          freight: freightInput(z)
            .optional()
            .describe('Name or alias of Freight; together with a stage'),
          promotion: z.string().optional().describe('Name of a Promotion'),
          warehouse: z.string().optional().describe('Name of a Warehouse'),
        }),
      output: z =>
        z.object({
          reasons: z.array(
            z.object({
              tone: z.enum(['done', 'waiting', 'problem']),
              code: z.string(),
              message: z.string(),
            }),
          ),
          isCut: z
            .literal(true)
            .optional()
            .describe(`Set when there are more than ${MOST_NAMES} reasons`),
          lookAgainAt: z
            .string()
            .optional()
            .describe('When the engine looks again by itself, RFC 3339'),
        }),
    },
    examples: [
      {
        title: 'Why production is behind',
        input: { project: 'shop', stage: 'prod' },
      },
      {
        title: 'What a Promotion waits for',
        input: { project: 'shop', promotion: 'prod.01j5.1a2b3c4' },
      },
    ],
    action: async ({ input, credentials }) => {
      const { reasons, lookAgainAt } = await api.ask(credentials, client =>
        explain(client, input),
      );
      return {
        output: {
          reasons: reasons
            .slice(0, MOST_NAMES)
            .map(({ tone, code, message }) => ({
              ...{ tone, code, message: shorten(message) },
            })),
          ...(reasons.length > MOST_NAMES && { isCut: true as const }),
          ...(lookAgainAt && { lookAgainAt }),
        },
      };
    },
  });
}

async function explain(
  client: KargoApi,
  { project, stage, freight, promotion, warehouse }: Subject,
): Promise<Explanation> {
  const named = [stage, promotion, warehouse].filter(
    name => name !== undefined,
  );
  if (named.length !== 1 || (freight !== undefined && stage === undefined)) {
    throw new InputError(
      'Name exactly one of stage, promotion and warehouse; freight goes with a stage',
    );
  }
  if (promotion !== undefined) {
    return client.explainPromotion({ project, promotion });
  }
  if (warehouse !== undefined) {
    return client.explainWarehouse({ project, warehouse });
  }
  return freight === undefined
    ? client.explainStage({ project, stage: stage! })
    : client.explainFreight({ project, stage: stage!, freight });
}
