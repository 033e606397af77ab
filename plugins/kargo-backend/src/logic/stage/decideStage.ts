import {
  currentFreight,
  Freight,
  Health,
  isControlFlow,
  isPromotionTerminal,
  isVerificationTerminal,
  StageStatus,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import { setCondition } from '../conditions';
import { freightNames } from '../events';
import { decideArgoCdContext } from './argocdContext';
import { decideAutomation } from './decideAutomation';
import { decideControlFlow } from './decideControlFlow';
import { healthCondition, planHealth } from './decideHealth';
import {
  decideVerification,
  findVerdict,
  isDistrusted,
  pushVerification,
  VerificationDecision,
  verifiedCondition,
} from './decideVerification';
import { explainStage } from './explainStage';
import {
  effectiveHolds,
  followPromotions,
  mustVerifyFirst,
} from './followPromotions';
import {
  decideDistrustedFreight,
  decideOccupancy,
  decideVerifiedFreight,
  goneFreight,
} from './occupancy';
import {
  Moment,
  StageDecision,
  StageEffect,
  StageSnapshot,
} from './StageSnapshot';
import { summarizeConditions } from './summarizeConditions';

/** How often health is asked, where the last Promotion recorded checks. */
const HEALTH_INTERVAL_MS = 300_000;

/**
 * What a Stage does next, and why.
 *
 * @remarks
 * Phases, each on the status of the one before: follow Promotions → health → verification
 * → occupancy and verified Freight → holds → automation → summary. The status is written
 * first and the effects after it; each of them is decided again by the next look if a
 * crash comes between.
 */
export function decideStage(
  snapshot: StageSnapshot,
  moment: Moment,
): StageDecision {
  return isControlFlow(snapshot.stage)
    ? decideControlFlow(snapshot, moment)
    : decideRegular(snapshot, moment);
}

/** Whether a decision needs the answer of the health checks that a Promotion recorded. */
export function asksForHealth(snapshot: StageSnapshot, now: string): boolean {
  return (
    !isControlFlow(snapshot.stage) &&
    planHealth(followed(snapshot, now)).kind === 'check'
  );
}

/** The status after the first phase; who checks health needs it. */
export function followed(
  { stage, promotions, autoPromotionEnabled }: StageSnapshot,
  now: string,
): StageStatus {
  const token = stage.metadata.annotations?.['kargo.akuity.io/refresh'];
  return {
    ...followPromotions(stage, promotions, autoPromotionEnabled, now),
    ...(token && { lastHandledRefresh: token }),
  };
}

function decideRegular(snapshot: StageSnapshot, moment: Moment): StageDecision {
  const { stage, promotions } = snapshot;
  const healthy = assessHealth(
    followed(snapshot, moment.now),
    snapshot.health,
    moment.now,
  );
  const verification = decideVerification(stage, healthy);
  const verified = verify(snapshot, healthy, verification, moment.now);
  const holds = effectiveHolds(stage, verified, promotions);
  const status = summarizeConditions(
    stage,
    { ...verified, effectiveAutoPromotionHolds: holds },
    goneFreight(snapshot, verified),
    moment.now,
  );
  const automation = decideAutomation(
    { ...snapshot, status, holds },
    moment.nowMs,
  );
  const lookAgain = [
    automation.lookAgainAtMs,
    isNextFree(status, snapshot) ? moment.nowMs : undefined,
    planHealth(status).kind === 'check'
      ? moment.nowMs + HEALTH_INTERVAL_MS
      : undefined,
  ].filter(time => time !== undefined);
  return {
    status,
    effects: [
      ...verificationEffects(verification, snapshot.verificationId),
      ...freightEffects(snapshot, status, moment),
      ...decideArgoCdContext(stage, status, promotions),
      ...(verification.kind === 'succeed-implicitly'
        ? announce(snapshot, status, status.freightHistory![0])
        : []),
      ...automation.effects,
    ],
    ...(lookAgain.length > 0 && { lookAgainAtMs: Math.min(...lookAgain) }),
    reasons: explainStage({ ...snapshot, status }),
  };
}

function assessHealth(
  status: StageStatus,
  answer: Health | undefined,
  now: string,
): StageStatus {
  const plan = planHealth(status);
  if (plan.kind === 'known') {
    return {
      ...status,
      health: plan.health,
      conditions: setCondition(status.conditions, plan.condition, now),
    };
  }
  return answer
    ? {
        ...status,
        health: answer,
        conditions: setCondition(
          status.conditions,
          healthCondition(answer),
          now,
        ),
      }
    : status;
}

/** Without templates what is healthy is verified; what an engine answers is recorded later. */
function verify(
  { stage, verificationId }: StageSnapshot,
  status: StageStatus,
  decision: VerificationDecision,
  now: string,
): StageStatus {
  const next =
    decision.kind === 'succeed-implicitly'
      ? pushVerification(status, {
          id: verificationId,
          startTime: now,
          finishTime: now,
          phase: 'Successful',
        })
      : status;
  return {
    ...next,
    conditions: setCondition(
      next.conditions,
      verifiedCondition(currentFreight({ ...stage, status: next })),
      now,
    ),
  };
}

/**
 * The decision with what a verification engine answered: its entry is in the status, and
 * what ended is announced and looked at again at once.
 *
 * @remarks What it says of the Freight belongs to this look: with the next one a Promotion
 * that waited may begin, and while one runs nothing is judged.
 */
export function recordVerification(
  snapshot: StageSnapshot,
  decision: StageDecision,
  entry: VerificationInfo,
  moment: Moment,
): StageDecision {
  const { stage } = snapshot;
  const { now, nowMs } = moment;
  const pushed = pushVerification(decision.status, entry);
  const current = currentFreight({ ...stage, status: pushed });
  const status = summarizeConditions(
    stage,
    {
      ...pushed,
      conditions: setCondition(
        pushed.conditions,
        verifiedCondition(current),
        now,
      ),
    },
    goneFreight(snapshot, pushed),
    now,
  );
  if (!isVerificationTerminal(entry.phase)) {
    return { ...decision, status };
  }
  return {
    ...decision,
    status,
    effects: [
      ...decision.effects.filter(({ kind }) => kind !== 'write-freight'),
      ...freightEffects(snapshot, status, moment),
      ...announce(snapshot, status, { verificationHistory: [entry] }),
    ],
    lookAgainAtMs: nowMs,
  };
}

function verificationEffects(
  decision: VerificationDecision,
  id: string,
): StageEffect[] {
  switch (decision.kind) {
    case 'start':
      return [
        {
          kind: 'start-verification',
          id,
          ...(decision.request?.actor && { actor: decision.request.actor }),
        },
      ];
    case 'observe':
      return [{ kind: 'observe-verification', entry: decision.entry }];
    case 'abort':
      return [
        {
          kind: 'abort-verification',
          entry: decision.entry,
          ...(decision.request.actor && { actor: decision.request.actor }),
        },
      ];
    default:
      return [];
  }
}

/** What enters, leaves and becomes verified; each piece of Freight is written once. */
function freightEffects(
  { stage, present, gates }: StageSnapshot,
  status: StageStatus,
  { now, nowMs }: Moment,
): StageEffect[] {
  const name = stage.metadata.name;
  const current = currentFreight({ ...stage, status });
  const moved = decideOccupancy(name, current, present, nowMs);
  const after = present.map(
    (freight): Freight => ({
      ...freight,
      status:
        moved.find(change => change.name === freight.metadata.name)?.status ??
        freight.status,
    }),
  );
  const verdict = findVerdict(status);
  const judged =
    current && verdict
      ? decideVerifiedFreight(name, current, after, verdict.finishTime ?? now)
      : [];
  const distrusted =
    current && isDistrusted(status)
      ? decideDistrustedFreight(name, current, { present: after, gates }, nowMs)
      : [];
  return present.flatMap((freight): StageEffect[] => {
    // What was judged contains what entered.
    const change = [...judged, ...distrusted, ...moved].find(
      candidate => candidate.name === freight.metadata.name,
    );
    return change
      ? [{ kind: 'write-freight', freight, status: change.status }]
      : [];
  });
}

function announce(
  { stage, present }: StageSnapshot,
  status: StageStatus,
  { verificationHistory }: { verificationHistory?: VerificationInfo[] },
): StageEffect[] {
  const verification = verificationHistory?.[0];
  const held = freightNames(currentFreight({ ...stage, status })?.items);
  return verification
    ? present
        .filter(freight => held.includes(freight.metadata.name))
        .map(freight => ({
          kind: 'announce-verification' as const,
          freight,
          verification,
        }))
    : [];
}

/** Whether a Promotion waits for nothing but another look of its Stage. */
function isNextFree(
  status: StageStatus,
  { promotions }: StageSnapshot,
): boolean {
  return (
    !status.currentPromotion &&
    promotions.some(({ status: own }) => !isPromotionTerminal(own?.phase)) &&
    !mustVerifyFirst(status)
  );
}
