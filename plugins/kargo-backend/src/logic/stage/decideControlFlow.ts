import {
  availabilityReason,
  entryOf,
  Freight,
  isFreightAvailable,
  isVerificationTerminal,
  originKey,
  Reason,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { setCondition } from '../conditions';
import { removeArgoCdContext } from './argocdContext';
import { decideOccupancy } from './occupancy';
import {
  Moment,
  StageDecision,
  StageEffect,
  StageSnapshot,
} from './StageSnapshot';

/**
 * Lets Freight through a Stage without steps: what is available to it counts as verified
 * in it. Nothing ever stays in such a Stage, so nothing soaks there: what it held when it had
 * steps leaves it, and what is still verified of that is given up.
 */
export function decideControlFlow(
  { stage, offered, present }: StageSnapshot,
  { now, nowMs }: Moment,
): StageDecision {
  const name = stage.metadata.name;
  const waiting = [...new Map(entries(offered)).values()].filter(
    freight => !entryOf(freight.status?.verifiedIn, name),
  );
  const judged = waiting.map(freight => ({
    freight,
    ...isFreightAvailable(stage, freight, nowMs),
  }));
  const soaked = judged.flatMap(({ availableAtMs }) => availableAtMs ?? []);
  const passing = judged.flatMap(({ freight, available }) =>
    available ? [freight] : [],
  );
  const left = new Map(
    decideOccupancy(name, undefined, present, nowMs).map(change => [
      change.name,
      change.status,
    ]),
  );
  return {
    status: statusOf(stage, now),
    effects: [
      ...removeArgoCdContext(stage),
      ...unfinishedVerifications(stage),
      ...leaving(present, passing, left),
      ...passing.flatMap((freight): StageEffect[] => {
        const status = left.get(freight.metadata.name) ?? freight.status;
        return [
          {
            kind: 'write-freight',
            freight,
            status: {
              ...status,
              verifiedIn: {
                ...status?.verifiedIn,
                [name]: { verifiedAt: now },
              },
            },
          },
          { kind: 'announce-verification', freight },
        ];
      }),
    ],
    ...(soaked.length > 0 && { lookAgainAtMs: Math.min(...soaked) }),
    reasons: [],
  };
}

/** What is still verified of what it held when it had steps. */
function unfinishedVerifications({ status }: Stage): StageEffect[] {
  const { freightHistory = [] } = status ?? {};
  return freightHistory
    .flatMap(({ verificationHistory = [] }) => verificationHistory)
    .filter(({ phase }) => !isVerificationTerminal(phase))
    .map(entry => ({ kind: 'drop-verification', entry }));
}

/** Freight that leaves, but what is written for passing anyway. */
function leaving(
  present: Freight[],
  passing: Freight[],
  left: ReadonlyMap<string, Freight['status']>,
): StageEffect[] {
  const written = new Set(passing.map(({ metadata }) => metadata.name));
  return present
    .filter(({ metadata: { name } }) => left.has(name) && !written.has(name))
    .map(freight => ({
      kind: 'write-freight',
      freight,
      status: left.get(freight.metadata.name),
    }));
}

function entries(
  offered: Record<string, Freight[]>,
): Array<[name: string, freight: Freight]> {
  return Object.values(offered)
    .flat()
    .map(freight => [freight.metadata.name, freight]);
}

/** The whole status of a control-flow Stage; what it had as a regular one is gone. */
function statusOf(stage: Stage, now: string): StageStatus {
  const token = stage.metadata.annotations?.['kargo.akuity.io/refresh'];
  return {
    ...(stage.status?.metadata && { metadata: stage.status.metadata }),
    ...(token && { lastHandledRefresh: token }),
    observedGeneration: stage.metadata.generation,
    freightSummary: 'N/A',
    conditions: setCondition(
      stage.status?.conditions?.filter(({ type }) => type === 'Ready'),
      {
        type: 'Ready',
        status: 'True',
        reason: 'Ready',
        message: 'Lets Freight through without promoting it',
        observedGeneration: stage.metadata.generation,
      },
      now,
    ),
  };
}

/** Whether Freight has passed a Stage without steps, and why not if it has not. */
export function explainPassage(
  stage: Stage,
  freight: Freight,
  nowMs: number,
): Reason[] {
  const about = {
    origin: originKey(freight.origin),
    freight: freight.metadata.name,
  };
  if (entryOf(freight.status?.verifiedIn, stage.metadata.name)) {
    return [{ code: 'passed-through', ...about }];
  }
  return [
    availabilityReason(stage, freight, nowMs) ?? {
      code: 'passes-next',
      ...about,
    },
  ];
}
