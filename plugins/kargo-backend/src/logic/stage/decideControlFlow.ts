import {
  availabilityReason,
  entryOf,
  Freight,
  isFreightAvailable,
  originKey,
  Reason,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { setCondition } from '../conditions';
import { removeArgoCdContext } from './argocdContext';
import {
  Moment,
  StageDecision,
  StageEffect,
  StageSnapshot,
} from './StageSnapshot';

/**
 * Lets Freight through a Stage without steps: what is available to it counts as verified
 * in it. Nothing ever stays in such a Stage, so nothing soaks there.
 */
export function decideControlFlow(
  { stage, offered }: StageSnapshot,
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
  return {
    status: statusOf(stage, now),
    effects: [
      ...removeArgoCdContext(stage),
      ...judged
        .filter(({ available }) => available)
        .flatMap(({ freight }): StageEffect[] => [
          {
            kind: 'write-freight',
            freight,
            status: {
              ...freight.status,
              verifiedIn: {
                ...freight.status?.verifiedIn,
                [name]: { verifiedAt: now },
              },
            },
          },
          { kind: 'announce-verification', freight },
        ]),
    ],
    ...(soaked.length > 0 && { lookAgainAtMs: Math.min(...soaked) }),
    reasons: [],
  };
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
