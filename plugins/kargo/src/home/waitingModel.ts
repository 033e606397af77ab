import {
  Freight,
  isControlFlow,
  isFreightAvailable,
  ProjectAccess,
  Stage,
} from 'backstage-plugin-kargo-common';
import { freightVersion } from '../freight/freightModel';
import {
  FreightByOrigin,
  groupByOrigin,
  newerFreight,
  NewerFreight,
} from '../stage/newerFreight';
import { automationState, stageState } from '../stage/stageModel';

/** Something in a project that goes on only when the viewer does something. */
export interface WaitingItem {
  kind: 'failed' | 'approve' | 'held' | 'promote';
  project: string;
  stage: string;
  /** Version of the Freight that it is about. */
  version?: string;
  freight?: string;
}

/** What is known of a project. */
export interface WaitingInput {
  project: string;
  stages: Stage[];
  freight: Freight[];
  access: ProjectAccess | undefined;
}

/** The most pressing first. */
const ORDER: ReadonlyArray<WaitingItem['kind']> = [
  'failed',
  'approve',
  'held',
  'promote',
];

/**
 * What waits for the viewer: failures, Freight that only an approval lets in, paused
 * automation, and Freight that may enter but that nobody takes. Only what the viewer may
 * do something about; while that is unknown, nothing.
 */
export function waitingItems(
  inputs: WaitingInput[],
  nowMs: number,
): WaitingItem[] {
  return inputs
    .flatMap(input => {
      const freight = groupByOrigin(input.freight);
      return input.stages
        .filter(stage => !isControlFlow(stage))
        .flatMap(stage => waitingOfStage(input, stage, freight, nowMs));
    })
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

function waitingOfStage(
  { project, access }: WaitingInput,
  stage: Stage,
  freight: FreightByOrigin,
  nowMs: number,
): WaitingItem[] {
  const { name } = stage.metadata;
  const verdicts = access?.stages[name];
  const state = stageState(stage);
  if (state === 'promoting' || state === 'verifying') {
    return [];
  }
  const newer = newerFreight(stage, freight, nowMs);
  const found = [
    ...(verdicts?.promote.allowed ? promotable(stage, newer) : []),
    ...(verdicts?.approve.allowed ? approvable(stage, newer, nowMs) : []),
  ];
  return found.map(content => ({ project, stage: name, ...content }));
}

type Content = Pick<WaitingItem, 'kind' | 'version' | 'freight'>;

function promotable(stage: Stage, newer: NewerFreight[]): Content[] {
  if (['promotionFailed', 'verificationFailed'].includes(stageState(stage))) {
    return [{ kind: 'failed' }];
  }
  const available = newer.find(({ isAvailable }) => isAvailable);
  const automation = automationState(stage);
  // What automation takes, or what may not enter yet, waits for nobody.
  return !available || automation === 'on'
    ? []
    : [{ kind: automation === 'held' ? 'held' : 'promote', ...of(available) }];
}

function approvable(
  stage: Stage,
  newer: NewerFreight[],
  nowMs: number,
): Content[] {
  return newer
    .filter(
      ({ freight, isAvailable }) =>
        !isAvailable &&
        isFreightAvailable(stage, freight, nowMs).reason === 'no-source',
    )
    .map(found => ({ kind: 'approve', ...of(found) }));
}

function of({ freight }: NewerFreight) {
  return { version: freightVersion(freight), freight: freight.metadata.name };
}
