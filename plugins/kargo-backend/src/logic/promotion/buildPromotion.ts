import {
  ANNOTATIONS,
  ClusterPromotionTask,
  Draft,
  Freight,
  KARGO_API_VERSION,
  LABELS,
  originKey,
  Promotion,
  PromotionTask,
  PromotionTaskReference,
  Stage,
} from 'backstage-plugin-kargo-common';
import { promotionName, shortenLabelValue } from '../derivedNames';
import { Slices } from '../slices';
import { inflateSteps } from './taskInflation';

/** What a person's Promotion means for automation: keep it off, or let it go on. */
export type PromotionIntent = 'hold' | 'resume';

/**
 * The intent of a Promotion that a person asked for while automation is on: anything but
 * the Freight that automation would promote itself keeps automation off.
 */
export function promotionIntent(
  freight: Freight,
  candidate: Freight | undefined,
): PromotionIntent {
  return candidate?.metadata.name === freight.metadata.name ? 'resume' : 'hold';
}

/** Everything a Promotion is made from. Steps and variables are copied, later edits do not matter. */
export interface BuildPromotionInput {
  stage: Stage;
  freight: Freight;
  tasks: Array<PromotionTask | ClusterPromotionTask>;
  ulid: string;
  /** Who asked; absent for automation. */
  actor?: string;
  intent?: PromotionIntent;
  /** What the requester gave; engine-owned keys are overwritten. */
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
}

/**
 * The Promotion of Freight to a Stage, complete: name, owner, labels, inflated steps.
 *
 * @throws TaskInflationError
 */
export function* buildPromotion(
  input: BuildPromotionInput,
): Slices<Draft<Promotion>> {
  const { stage, freight, tasks } = input;
  const template = stage.spec.promotionTemplate?.spec ?? {};
  const vars = [...(stage.spec.vars ?? []), ...(template.vars ?? [])];
  const steps = yield* inflateSteps(template.steps ?? [], vars, reference =>
    findTask(tasks, reference),
  );
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Promotion',
    metadata: {
      name: promotionName(
        stage.metadata.name,
        input.ulid,
        freight.metadata.name,
      ),
      namespace: stage.metadata.namespace,
      labels: labelsOf(input),
      annotations: annotationsOf(input),
      ownerReferences: [
        {
          apiVersion: KARGO_API_VERSION,
          kind: 'Stage',
          name: stage.metadata.name,
          uid: stage.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      stage: stage.metadata.name,
      freight: freight.metadata.name,
      ...(vars.length > 0 && { vars }),
      steps,
    },
  };
}

function labelsOf({ stage, labels }: BuildPromotionInput) {
  const { [LABELS.shard]: _, ...kept } = labels ?? {};
  return {
    ...kept,
    [LABELS.stage]: shortenLabelValue(stage.metadata.name),
    ...(stage.spec.shard && { [LABELS.shard]: stage.spec.shard }),
  };
}

function annotationsOf(input: BuildPromotionInput) {
  const {
    [ANNOTATIONS.autoPromotionHold]: _hold,
    [ANNOTATIONS.autoPromotionResume]: _resume,
    [ANNOTATIONS.createActor]: _actor,
    ...kept
  } = input.annotations ?? {};
  const key = originKey(input.freight.origin);
  return {
    ...kept,
    [ANNOTATIONS.stage]: input.stage.metadata.name,
    ...(input.actor && { [ANNOTATIONS.createActor]: input.actor }),
    ...(input.intent === 'hold' && { [ANNOTATIONS.autoPromotionHold]: key }),
    ...(input.intent === 'resume' && {
      [ANNOTATIONS.autoPromotionResume]: key,
    }),
  };
}

function findTask(
  tasks: Array<PromotionTask | ClusterPromotionTask>,
  reference: PromotionTaskReference,
) {
  const kind = reference.kind ?? 'PromotionTask';
  return tasks.find(
    task => task.kind === kind && task.metadata.name === reference.name,
  )?.spec;
}
