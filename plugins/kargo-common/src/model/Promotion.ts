import { z } from 'zod';
import { ExpressionVariable } from './expressionVariable';
import { FreightCollection } from './freightCollection';
import { JsonObject } from './json';
import { KARGO_API_VERSION } from './kinds';
import { ManifestMetadata, Resource, ResourceName } from './metadata';
import { PromotionStep } from './promotionTemplate';
import { FreightOrigin, FreightReference } from './references';

/** Spec of a Promotion, immutable once created. @public */
export const PromotionSpec = z.strictObject({
  stage: ResourceName,
  freight: ResourceName.optional(),
  origin: FreightOrigin.optional(),
  target: ResourceName.optional(),
  vars: z.array(ExpressionVariable).optional(),
  steps: z.array(PromotionStep).optional(),
});
/** @public */
export type PromotionSpec = Omit<z.infer<typeof PromotionSpec>, 'steps'> & {
  steps?: PromotionStep[];
};

/** Phase of a Promotion; empty before anybody looked at it. @public */
export type PromotionPhase =
  | ''
  | 'Pending'
  | 'Running'
  | 'Succeeded'
  | 'Failed'
  | 'Errored'
  | 'Aborted';

/** Status of one step. @public */
export type StepStatus =
  | 'Running'
  | 'Succeeded'
  | 'Skipped'
  | 'Aborted'
  | 'Failed'
  | 'Errored';

/** What is recorded about one step after every attempt. @public */
export interface StepExecutionMetadata {
  alias: string;
  startedAt?: string;
  finishedAt?: string;
  errorCount?: number;
  status?: StepStatus;
  message?: string;
  continueOnError?: boolean;
}

/** A health check that a step asked for. @public */
export interface HealthCheck {
  uses: string;
  config: JsonObject;
}

/** Status of a Promotion. @public */
export interface PromotionStatus {
  phase?: PromotionPhase;
  message?: string;
  freight?: FreightReference;
  freightCollection?: FreightCollection;
  healthChecks?: HealthCheck[];
  startedAt?: string;
  finishedAt?: string;
  currentStep?: number;
  stepExecutionMetadata?: StepExecutionMetadata[];
  /** Outputs by step alias, secrets in them masked. */
  state?: JsonObject;
  /** While it runs: the outputs that hold secrets, encrypted, for the steps that follow. */
  sealedOutputs?: { text: string; keyId: string };
  lastHandledRefresh?: string;
  /** When the engine looks again, while a step waits. */
  nextCheckAt?: string;
  /** Index of a step that has begun and not come to run: its configuration, or files that it needs, could not be had. */
  untriedStep?: number;
  /** Index of a step at which the engine was cut off, as by a crash: it may have begun, although nothing tells of it. */
  interruptedStep?: number;
  /** Id of the folder in which the steps work, which only one replica has. */
  workspace?: string;
}

/** One run of a Stage's steps with one piece of Freight. @public */
export interface Promotion extends Resource {
  kind: 'Promotion';
  spec: PromotionSpec;
  status?: PromotionStatus;
}

/** Manifest of a {@link Promotion}. @public */
export const PromotionManifest = z.strictObject({
  apiVersion: z.literal(KARGO_API_VERSION),
  kind: z.literal('Promotion'),
  metadata: ManifestMetadata,
  spec: PromotionSpec,
  status: z.unknown().optional(),
});

/** Whether the engine will never move a Promotion again. @public */
export function isPromotionTerminal(
  phase: PromotionPhase | undefined,
): boolean {
  return (
    phase === 'Succeeded' ||
    phase === 'Failed' ||
    phase === 'Errored' ||
    phase === 'Aborted'
  );
}
