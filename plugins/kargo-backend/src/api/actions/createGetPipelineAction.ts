import {
  currentFreight,
  Stage,
  Warehouse,
  kargoViewPermission,
} from 'backstage-plugin-kargo-common';
import { ActionOptions } from './ActionOptions';
import {
  firstOf,
  freightShape,
  linkTo,
  projectInput,
  shorten,
  tellFreight,
} from './shapes';

/** Most Stages, and most Warehouses, that one answer tells of. */
const MOST = 100;
/** Most that is told of what is wrong with a Stage. */
const MOST_ISSUES = 10;

/** Tells what runs where in a Project. */
export function createGetPipelineAction({
  actionsRegistry,
  api,
  uiBaseUrl,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'get-pipeline',
    title: 'Get the pipeline of a Kargo Project',
    description:
      'Tells what runs where in a Kargo Project, of 100 Stages at a time: every Warehouse with its health, and every Stage with the Freight that it holds, its health, whether that was verified, whether it is promoted to automatically, and the Stages and Warehouses that it takes Freight from. For the reason why a Stage does not hold newer Freight ask explain-waiting.',
    visibilityPermission: kargoViewPermission,
    attributes: { readOnly: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          project: projectInput(z),
          warehouse: z
            .string()
            .min(1)
            .optional()
            .describe('Only Stages that take Freight of this Warehouse'),
          continue: z
            .string()
            .min(1)
            .optional()
            .describe('To be told of further Stages: `continue` of an answer'),
        }),
      output: z =>
        z.object({
          warehouses: z.array(
            z.object({
              name: z.string(),
              isReady: z.boolean(),
              problem: z.string().optional(),
            }),
          ),
          stages: z.array(
            z.object({
              name: z.string(),
              takesFreightFrom: z
                .array(z.string())
                .describe('`Warehouse/<name>` and `Stage/<name>`'),
              freight: z
                .array(freightShape(z))
                .describe('What it holds now, one of each Warehouse'),
              health: z.string().optional(),
              healthIssues: z
                .array(z.string())
                .optional()
                .describe(`The first ${MOST_ISSUES}`),
              verification: z
                .string()
                .optional()
                .describe('How the last verification of that Freight went'),
              isPromotedAutomatically: z.boolean(),
              runningPromotion: z.string().optional(),
              lastPromotion: z
                .object({ name: z.string(), phase: z.string() })
                .optional(),
            }),
          ),
          continue: z
            .string()
            .optional()
            .describe('Set when there are further Stages: ask again with it'),
          hasMoreWarehouses: z
            .literal(true)
            .optional()
            .describe(`Set when there are more than ${MOST}`),
          url: z.string().optional().describe('Its page in the portal'),
        }),
    },
    examples: [{ title: 'What runs where', input: { project: 'shop' } }],
    action: async ({ input, credentials }) => {
      const { project, warehouse, continue: cursor } = input;
      const [warehouses, stages] = await api.ask(credentials, client =>
        Promise.all([
          client.listWarehouses({ project, limit: MOST }),
          client.listStages({
            project,
            limit: MOST,
            ...(warehouse !== undefined && { freightOrigins: [warehouse] }),
            ...(cursor !== undefined && { continue: cursor }),
          }),
        ]),
      );
      const { continue: next } = stages.metadata;
      return {
        output: {
          warehouses: warehouses.items.map(tellWarehouse),
          stages: stages.items.map(tellStage),
          ...(next && { continue: next }),
          ...(warehouses.metadata.continue && {
            hasMoreWarehouses: true as const,
          }),
          ...linkTo(uiBaseUrl, project),
        },
      };
    },
  });
}

function tellWarehouse({ metadata, status }: Warehouse) {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const isReady = ready?.status === 'True';
  return {
    name: metadata.name,
    isReady,
    ...(!isReady && ready?.message && { problem: shorten(ready.message) }),
  };
}

function tellStage(stage: Stage) {
  const { metadata, spec, status } = stage;
  const held = currentFreight(stage);
  const verification = held?.verificationHistory?.[0]?.phase;
  const { currentPromotion, lastPromotion, health } = status ?? {};
  return {
    name: metadata.name,
    takesFreightFrom: firstOf(
      spec.requestedFreight.flatMap(({ origin, sources }) => [
        ...(sources.direct ? [`Warehouse/${origin.name}`] : []),
        ...(sources.stages ?? []).map(name => `Stage/${name}`),
      ]),
    ),
    freight: Object.values(held?.items ?? {}).map(tellFreight),
    ...(health && { health: health.status }),
    ...(health?.issues?.length && {
      healthIssues: health.issues.slice(0, MOST_ISSUES).map(shorten),
    }),
    ...(verification && { verification }),
    isPromotedAutomatically: status?.autoPromotionEnabled ?? false,
    ...(currentPromotion && { runningPromotion: currentPromotion.name }),
    ...(lastPromotion && {
      lastPromotion: {
        name: lastPromotion.name,
        phase: lastPromotion.status?.phase ?? '',
      },
    }),
  };
}
