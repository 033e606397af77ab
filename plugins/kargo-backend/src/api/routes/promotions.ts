import { InputError, NotFoundError, toError } from '@backstage/errors';
import {
  ANNOTATIONS,
  Freight,
  isControlFlow,
  isFreightAvailable,
  isPromotionTerminal,
  KARGO_API_VERSION,
  kargoPromotionAbortPermission,
  kargoStagePromotePermission,
  keyOf,
  originKey,
  parseOriginKey,
  Promotion,
  Stage,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { ResourceAdmission } from '../../ports/ResourceAdmission';
import { IndexedStore } from '../../ports/ResourceIndex';
import { StageIdentity } from '../server/permissionResources';
import { answerList, answerWatch } from '../server/answers';
import { errorAnswer } from '../server/errorAnswer';
import {
  FreightPlaces,
  getFreight,
  getFreightByAlias,
} from '../resources/getFreight';
import { newest } from '../server/parseQuery';
import { pathKey } from '../server/pathKey';
import { ApiServices, createRoute } from '../server/route';
import {
  PromoteBody,
  PromoteDownstreamBody,
} from '../resources/promotionBodies';
import { getOrWatchRoute, refreshRoute } from './kindRoutes';

const promote = createRoute('promoteToStage', {
  summary: 'Promotes Freight to a Stage',
  body: { schema: PromoteBody },
  answers: { 201: 'Promotion' },
  audit: { eventId: 'promotion-create', actionType: 'promote' },
  handle: async ({ project, stage, body, caller, reads }, services) => {
    const { store, admission } = services;
    const where = { store, reads };
    const target = await promotionTarget(where, project.metadata.name, body);
    const manifest = promotionManifest(stage, target);
    const promotion = await createPromotion(admission, manifest, caller);
    return {
      status: 201,
      body: promotion,
      audited: { promotion: promotion.metadata.name },
    };
  },
});

const dryRun = createRoute('dryRunPromotion', {
  summary:
    'Tells what a Promotion would change in git, without promoting: the steps that only work in the folder of the Promotion run in one that is thrown away',
  body: { schema: PromoteBody },
  answers: { 200: 'PromotionDryRun' },
  audit: {
    eventId: 'promotion-dry-run',
    actionType: 'dry-run',
    severityLevel: 'low',
  },
  handle: async (request, { store, dryRuns }) => {
    const { project, stage, body, caller, reads, signal } = request;
    const where = { store, reads };
    const target = await promotionTarget(where, project.metadata.name, body);
    return {
      status: 200,
      body: await dryRuns.run(stage, target, { actor: caller.actor, signal }),
    };
  },
});

type Target = Pick<Promotion['spec'], 'freight' | 'origin'>;

async function promotionTarget(
  where: FreightPlaces,
  project: string,
  body: z.output<typeof PromoteBody>,
): Promise<Target> {
  if (body.origin === undefined) {
    const freight = await requestedFreight(where, project, body);
    return { freight: freight.metadata.name };
  }
  const origin = parseOriginKey(body.origin);
  if (!origin) {
    throw new InputError(
      `origin: expected Warehouse/<name>, found '${body.origin}'`,
    );
  }
  return { origin };
}

function requestedFreight(
  where: FreightPlaces,
  project: string,
  { freight, freightAlias }: z.output<typeof PromoteDownstreamBody>,
): Promise<Freight> {
  return freightAlias === undefined
    ? getFreight(where, project, freight ?? '')
    : getFreightByAlias(where.store, project, freightAlias);
}

/** Of a manifest of a Promotion, a Promotion is made. */
async function createPromotion(
  admission: ResourceAdmission,
  manifest: ReturnType<typeof promotionManifest>,
  requester: { actor: string },
): Promise<Promotion> {
  return (await admission.create(manifest, requester)) as Promotion;
}

function promotionManifest(stage: Stage, target: Target) {
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Promotion',
    metadata: { namespace: stage.metadata.namespace },
    spec: { stage: stage.metadata.name, ...target },
  };
}

const promoteDownstream = createRoute('promoteDownstream', {
  summary: 'Promotes Freight to every Stage that takes it from this one',
  body: { schema: PromoteDownstreamBody },
  answers: { 201: 'PromoteDownstreamAnswer', 207: 'PromoteDownstreamAnswer' },
  audit: { eventId: 'promotion-create', actionType: 'promote-downstream' },
  handle: async ({ project, stage, body, caller, reads }, services) => {
    const { store, clock } = services;
    const where = { store, reads };
    const freight = await requestedFreight(where, project.metadata.name, body);
    const downstream = await listDownstream(store, stage, freight);
    await caller.access.demandOnStages(kargoStagePromotePermission, downstream);
    const targets = downstream.filter(candidate => !isControlFlow(candidate));
    targets.forEach(target => assertAvailable(target, freight, clock.now()));
    const { promotions, errors } = await promoteAll(
      targets,
      freight,
      caller,
      services,
    );
    const audited = {
      promotions: promotions.map(({ metadata }) => metadata.name),
      ...(errors.length > 0 && { failed: errors.length }),
    };
    return errors.length > 0
      ? {
          status: 207,
          body: { promotions, errors: errors.join('\n') },
          audited,
        }
      : { status: 201, body: { promotions }, audited };
  },
});

/** Stages that list this one as a source for the origin of the Freight. */
async function listDownstream(
  store: IndexedStore,
  stage: Stage,
  freight: Freight,
): Promise<Stage[]> {
  const { name, namespace } = stage.metadata;
  const { items } = await store.list('Stage', {
    namespace,
    index: { name: 'upstreamStage', value: name },
  });
  const key = originKey(freight.origin);
  const downstream = items.filter(candidate =>
    candidate.spec.requestedFreight.some(
      ({ origin, sources }) =>
        originKey(origin) === key && sources.stages?.includes(name),
    ),
  );
  if (downstream.length === 0) {
    throw new NotFoundError(
      `No Stage takes Freight of ${key} from Stage '${name}'`,
    );
  }
  return downstream;
}

function assertAvailable(stage: Stage, freight: Freight, nowMs: number): void {
  const { available, message } = isFreightAvailable(stage, freight, nowMs);
  if (!available) {
    throw new InputError(
      `Freight '${freight.metadata.name}' is not available to Stage '${stage.metadata.name}': ${message}`,
    );
  }
}

/** From here on a failure does not undo what was created. */
async function promoteAll(
  stages: Stage[],
  freight: Freight,
  requester: { actor: string },
  { admission, logger }: ApiServices,
): Promise<{ promotions: Promotion[]; errors: string[] }> {
  const promotions: Promotion[] = [];
  const errors: string[] = [];
  for (const stage of stages) {
    try {
      const manifest = promotionManifest(stage, {
        freight: freight.metadata.name,
      });
      promotions.push(await createPromotion(admission, manifest, requester));
    } catch (error) {
      const { status, body } = errorAnswer(error);
      if (status === 500) {
        logger.error('A downstream promotion failed', toError(error));
      }
      errors.push(`Stage '${stage.metadata.name}': ${body.error}`);
    }
  }
  return { promotions, errors };
}

const listPromotions = createRoute('listPromotions', {
  summary:
    'Lists the Promotions of a project or Stage, or streams their changes',
  query: { stage: z.string().optional(), newest },
  answers: { 200: 'PromotionList' },
  handle: async ({ project, query }, { store }) => {
    const options = {
      namespace: project.metadata.name,
      ...(query.stage && { index: { name: 'stage', value: query.stage } }),
    };
    return query.watch
      ? answerWatch({ store }, 'Promotion', options, query)
      : answerList(store, 'Promotion', {
          ...options,
          ...(query.newest && {
            orderBy: 'createdAt',
            descending: true,
            limit: query.newest,
          }),
        });
  },
});

const abortPromotion = createRoute('abortPromotion', {
  summary: 'Aborts a Promotion that has not ended',
  answers: { 200: undefined },
  audit: { eventId: 'promotion-abort', actionType: 'abort' },
  handle: async ({ project, params, caller }, { store }) => {
    const namespace = project.metadata.name;
    const promotion = await store.get({
      kind: 'Promotion',
      namespace,
      name: params.name,
    });
    const stage = await stageOf(store, promotion);
    await caller.access.demandOnStages(kargoPromotionAbortPermission, [stage]);
    if (!isPromotionTerminal(promotion.status?.phase)) {
      const request = { action: 'terminate', actor: caller.actor };
      await store.patch(keyOf(promotion), {
        metadata: {
          annotations: { [ANNOTATIONS.abort]: JSON.stringify(request) },
        },
      });
    }
    return { status: 200 };
  },
});

const retryPromotion = createRoute('retryPromotion', {
  summary: 'Promotes again, from the step at which a Promotion failed',
  answers: { 201: 'Promotion' },
  audit: { eventId: 'promotion-create', actionType: 'retry' },
  handle: async ({ project, params, caller }, { store, promotions }) => {
    const failed = await store.get({
      kind: 'Promotion',
      namespace: project.metadata.name,
      name: params.name,
    });
    const stage = await stageOf(store, failed);
    await caller.access.demandOnStages(kargoStagePromotePermission, [stage]);
    const promotion = await promotions.retry(failed, caller);
    return {
      status: 201,
      body: promotion,
      audited: { promotion: promotion.metadata.name },
    };
  },
});

const getPromotionConfigs = createRoute('getPromotionConfigs', {
  summary:
    'Tells what the steps of a Promotion that have begun are configured with, their expressions evaluated',
  answers: { 200: 'PromotionConfigs' },
  readsAhead: params => [pathKey(params, 'Promotion', 'promotion')],
  handle: async ({ params, reads, signal }, { stepConfigs }) => {
    const { resource: promotion } = await reads.get(
      pathKey(params, 'Promotion', 'promotion'),
    );
    return { status: 200, body: await stepConfigs.read(promotion, signal) };
  },
});

/** A Promotion outlives its Stage for a moment; then the name has to do. */
async function stageOf(
  store: IndexedStore,
  { metadata: { namespace = '' }, spec: { stage: name } }: Promotion,
): Promise<StageIdentity> {
  const stage = await store.find({ kind: 'Stage', namespace, name });
  return stage ?? { metadata: { name, namespace } };
}

/** Promotions. */
export const promotionRoutes = [
  promote,
  dryRun,
  promoteDownstream,
  listPromotions,
  getOrWatchRoute('getPromotion', 'Promotion'),
  abortPromotion,
  retryPromotion,
  getPromotionConfigs,
  refreshRoute('refreshPromotion', 'Promotion'),
];
