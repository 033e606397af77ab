import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ANNOTATIONS,
  Freight,
  JsonObject,
  Promotion,
  PromotionStatus,
  PromotionStep,
  Stage,
} from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  StepCapabilities,
  StepContext,
} from 'backstage-plugin-kargo-node';
import { Workspace } from '../../ports/Workspaces';

/** What one attempt of a step is about. */
export interface StepContextInput {
  promotion: Promotion;
  stage: Stage;
  freight: Freight;
  /** As of now: the outputs and the Freight of the Promotion. */
  status: PromotionStatus;
  step: PromotionStep;
  /** When the step's first attempt began; absent before it has. */
  startedAt?: string;
  runner: AnyStep;
  workspace: Workspace;
  capabilities: (promotion: Promotion, stage: Stage) => StepCapabilities;
  uiBaseURL?: string;
  now: () => number;
  signal: AbortSignal;
  logger: LoggerService;
}

/** What a step is told, and the capabilities that it declared. */
export function buildStepContext(input: StepContextInput): StepContext {
  const { promotion, stage, freight, status, step, runner, now } = input;
  const alias = step.as ?? '';
  const outputs = structuredClone(status.state ?? {});
  const all = input.capabilities(promotion, stage);
  const needed = (runner.needs ?? []).map(name => [name, all[name]]);
  return {
    project: promotion.metadata.namespace ?? '',
    stage: stage.metadata.name,
    promotion: promotion.metadata.name,
    alias,
    actor: promotion.metadata.annotations?.[ANNOTATIONS.createActor],
    workDir: input.workspace.dir,
    signal: input.signal,
    logger: input.logger.child({
      promotion: promotion.metadata.name,
      step: alias,
    }),
    now,
    startedAt: Date.parse(input.startedAt ?? '') || now(),
    outputs,
    previousOutput: outputs[alias] as JsonObject | undefined,
    targetFreight: {
      ...status.freight!,
      ...(freight.alias && { alias: freight.alias }),
    },
    freight: status.freightCollection!,
    freightRequests: stage.spec.requestedFreight,
    ...(input.uiBaseURL && { uiBaseURL: input.uiBaseURL }),
    capabilities: Object.fromEntries(needed) as StepCapabilities,
  };
}
