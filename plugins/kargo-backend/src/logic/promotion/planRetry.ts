import {
  FreightCollection,
  isPromotionTerminal,
  JsonObject,
  Promotion,
  PromotionStatus,
  PromotionStep,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import { isEqualJson } from '../mergePatch';

/** Whether a Promotion can be retried from the step at which it failed, and with what. */
export type RetryPlan =
  | {
      kind: 'retry';
      /** The alias of the step at which it goes on. */
      step: string;
      /** What the new Promotion begins with: what the steps before came to. */
      status: PromotionStatus;
    }
  | { kind: 'refuse'; message: string };

/** A Promotion of the same Stage whose turn came after that of another one. */
export interface LaterPromotion {
  name: string;
  /** The Freight that it brings, by name. */
  freight?: string;
  /** What the Stage holds after it; absent when it has not begun. */
  collectionId?: string;
}

/** What a retry is judged by. */
export interface RetryInput {
  failed: Promotion;
  /** Those that had or will have their turn between the failed one and its retry. */
  later: readonly LaterPromotion[];
  /** What a Promotion of the same Freight would run now. */
  planned: Pick<Promotion['spec'], 'steps' | 'vars'>;
  /** What the Stage would hold after it. */
  collection: FreightCollection;
  /** What stands in outputs in the place of secrets. */
  placeholder: string;
}

/**
 * Plans a Promotion that goes on where another one failed: at its first step that neither
 * succeeded, nor was skipped, nor was allowed to fail.
 *
 * @remarks
 * The steps before it are not decided anew, so everything that they were decided by must
 * be the same, and what they did must still stand: a Promotion of other Freight has done the
 * same to the same branches since. An output that was masked cannot be worked with: what it
 * held is gone.
 */
export function planRetry({
  failed,
  later,
  planned,
  collection,
  placeholder,
}: RetryInput): RetryPlan {
  const { metadata, spec, status = {} } = failed;
  const title = `Promotion '${metadata.name}'`;
  const refuse = (message: string): RetryPlan => ({ kind: 'refuse', message });
  if (!isPromotionTerminal(status.phase)) {
    return refuse(
      `${title} has not ended; only one that failed can be retried`,
    );
  }
  if (status.phase === 'Succeeded') {
    return refuse(`${title} has succeeded; there is nothing to retry`);
  }
  const steps = spec.steps ?? [];
  const recorded = status.stepExecutionMetadata ?? [];
  const at = steps.findIndex(
    (step, index) => !hasPassed(step, recorded[index]),
  );
  if (recorded.length === 0 || at < 0) {
    return refuse(
      `${title} ended without a step that failed; promote its Freight again`,
    );
  }
  if (!isEqualJson(asJson(spec), asJson({ ...spec, ...planned }))) {
    return refuse(
      `Stage '${spec.stage}' has other steps or variables than ${title} ran; promote its Freight again`,
    );
  }
  const other = at > 0 ? later.find(each => isOther(each, failed)) : undefined;
  if (other && other.collectionId === undefined) {
    return refuse(
      `Promotion '${other.name}' brings other Freight to Stage '${spec.stage}' before ${title} could go on; promote the Freight of ${title} again`,
    );
  }
  if (other || status.freightCollection?.id !== collection.id) {
    return refuse(
      `Stage '${spec.stage}' has been promoted to other Freight since ${title} ran; promote its Freight again`,
    );
  }
  const state = withoutOutputs(status.state, steps.slice(at));
  const masked = Object.keys(state).find(alias =>
    JSON.stringify(state[alias]).includes(placeholder),
  );
  if (masked !== undefined) {
    return refuse(
      `the output of step "${masked}" held a secret, which is not kept when a Promotion ends; promote the Freight of ${title} again`,
    );
  }
  return {
    kind: 'retry',
    step: steps[at].as ?? '',
    status: {
      currentStep: at,
      state,
      stepExecutionMetadata: recorded.slice(0, at),
      ...(status.healthChecks && {
        healthChecks: checksOf(status, steps.slice(0, at)),
      }),
    },
  };
}

function hasPassed(
  step: PromotionStep,
  entry: StepExecutionMetadata | undefined,
): boolean {
  switch (entry?.status) {
    case 'Succeeded':
    case 'Skipped':
      return true;
    case 'Failed':
    case 'Errored':
      return entry.continueOnError ?? step.continueOnError ?? false;
    default:
      return false;
  }
}

/** Whether a Promotion brought or will bring the Stage anything but what the failed one did. */
function isOther(
  { freight, collectionId }: LaterPromotion,
  { spec, status = {} }: Promotion,
): boolean {
  return collectionId === undefined
    ? freight !== spec.freight
    : collectionId !== status.freightCollection?.id;
}

/** Of steps that will run again nothing is left. */
function withoutOutputs(
  state: JsonObject = {},
  steps: readonly PromotionStep[],
): JsonObject {
  const aliases = new Set(steps.map(step => step.as));
  return Object.fromEntries(
    Object.entries(state).filter(([alias]) => !aliases.has(alias)),
  );
}

/** Which step a check is of is not recorded; its kind is. */
function checksOf(
  { healthChecks = [] }: PromotionStatus,
  steps: readonly PromotionStep[],
) {
  const kinds = new Set(steps.map(step => step.uses));
  return healthChecks.filter(({ uses }) => kinds.has(uses));
}

/** As the store keeps it: fields that are undefined are not there. */
function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}
