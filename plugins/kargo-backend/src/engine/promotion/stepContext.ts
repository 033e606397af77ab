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
  FOLDER_CAPABILITIES,
  FolderCapability,
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
  FolderScope,
} from '../../ports/CapabilityFactories';
import { startsNoProgram } from '../../logic/promotion/planReplay';
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
  steps: ReadonlyMap<string, AnyStep>;
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
  const { needs = [] } = runner;
  const scope = bindScope(input);
  const reaching = needs.filter(isFolderCapability);
  const inFolder = reaching.length > 0 && (await enterFolder(scope, input));
  const declared = [
    ...needs
      .filter(name => !isFolderCapability(name))
      .map(name => [name, capabilities[name](scope)]),
    ...(inFolder
      ? reaching.map(name => [name, capabilities[name](inFolder)])
      : []),
  ];
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
      ...structuredClone(status.freight!),
      ...(freight.alias && { alias: freight.alias }),
    },
    freight: structuredClone(status.freightCollection!),
    freightRequests: structuredClone(stage.spec.requestedFreight),
    ...(input.uiBaseURL && { uiBaseURL: input.uiBaseURL }),
  };
}

function bindScope(input: StepContextInput): CapabilityScope {
  const { promotion, stage, step, signal, secrets } = input;
  return {
    promotion,
    stage,
    project: promotion.metadata.namespace ?? '',
    alias: step.as ?? '',
    signal,
    secrets,
    unmasked: step.unmasked ?? false,
    keepSecret: value => secrets.add(value),
  };
}

/** One view of the files, which are there from then on, for all capabilities of an attempt. */
async function enterFolder(
  scope: CapabilityScope,
  { workspace, signal, promotion, steps }: StepContextInput,
): Promise<FolderScope> {
  await workspace.make();
  const { dir, privateDir, usage } = workspace;
  const files = await WorkspaceFiles.create({
    root: dir,
    scratch: join(privateDir, 'tmp'),
    usage,
    late: workspace.late?.(signal),
    signal,
  });
  const mayLeaveFilesOut =
    workspace.late !== undefined &&
    startsNoProgram(promotion.spec.steps ?? [], steps);
  return { ...scope, workspace, files, mayLeaveFilesOut };
}

function isFolderCapability(name: StepCapability): name is FolderCapability {
  return (FOLDER_CAPABILITIES as readonly StepCapability[]).includes(name);
}
