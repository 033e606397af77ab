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
  redact,
  StepCapability,
  StepContext,
  StepFacts,
} from 'backstage-plugin-kargo-node';
import { Workspace as WorkspaceFiles } from 'backstage-plugin-kargo-node/capabilities';
import { join } from 'node:path';
import {
  CapabilityFactories,
  CapabilityScope,
} from '../../ports/CapabilityFactories';
import { Workspace } from '../../ports/Workspaces';
import { maskingLogger } from '../maskingLogger';
import { SecretsInUse } from './SecretsInUse';

/** What one attempt of a step is about. */
export interface StepContextInput {
  promotion: Promotion;
  stage: Stage;
  freight: Freight;
  /** As of now: the Freight of the Promotion, and the outputs as steps read them. */
  status: PromotionStatus;
  step: PromotionStep;
  /** When the step's first attempt began, or earlier; epoch milliseconds. */
  startedAt: number;
  /** Whether an attempt of it has begun before this one. */
  isRepeated: boolean;
  /** Whether the folder may hold what such an attempt has left. */
  mayFindOwnFiles: boolean;
  runner: AnyStep;
  workspace: Workspace;
  capabilities: CapabilityFactories;
  secrets: SecretsInUse;
  uiBaseURL?: string;
  now: () => number;
  signal: AbortSignal;
  logger: LoggerService;
}

/** What a step is told, and the capabilities that it declared. */
export async function buildStepContext(
  input: StepContextInput,
): Promise<StepContext<StepCapability>> {
  const { capabilities, runner } = input;
  const scope = await bindScope(input);
  const declared = (runner.needs ?? []).map(name => [
    name,
    capabilities[name](scope),
  ]);
  return {
    ...tellFacts(input),
    ...Object.fromEntries(declared),
  };
}

function tellFacts(input: StepContextInput): StepFacts {
  const { promotion, stage, freight, status, step, now } = input;
  const alias = step.as ?? '';
  const outputs = structuredClone(status.state ?? {});
  return {
    project: promotion.metadata.namespace ?? '',
    stage: stage.metadata.name,
    promotion: promotion.metadata.name,
    promotionUid: promotion.metadata.uid,
    alias,
    actor: promotion.metadata.annotations?.[ANNOTATIONS.createActor],
    signal: input.signal,
    logger: maskingLogger(
      input.logger.child({ promotion: promotion.metadata.name, step: alias }),
      // Those included that become known later.
      text => redact(text, input.secrets),
    ),
    now,
    startedAt: input.startedAt,
    isRepeated: input.isRepeated,
    mayFindOwnFiles: input.mayFindOwnFiles,
    outputs,
    previousOutput: outputs[alias] as JsonObject | undefined,
    targetFreight: {
      ...status.freight!,
      ...(freight.alias && { alias: freight.alias }),
    },
    freight: status.freightCollection!,
    freightRequests: stage.spec.requestedFreight,
    ...(input.uiBaseURL && { uiBaseURL: input.uiBaseURL }),
  };
}

/** One view of the files for all capabilities of an attempt. */
async function bindScope(input: StepContextInput): Promise<CapabilityScope> {
  const { promotion, stage, step, workspace, signal, secrets } = input;
  return {
    promotion,
    stage,
    project: promotion.metadata.namespace ?? '',
    alias: step.as ?? '',
    workspace,
    files: await WorkspaceFiles.create({
      root: workspace.dir,
      scratch: join(workspace.privateDir, 'tmp'),
      usage: workspace.usage,
      signal,
    }),
    signal,
    secrets,
    unmasked: step.unmasked ?? false,
    keepSecret: value => secrets.add(value),
  };
}
