import {
  ANNOTATIONS,
  AutoPromotionHold,
  comparePromotions,
  currentFreight,
  FreightCollection,
  isPromotionTerminal,
  isVerificationTerminal,
  originKey,
  parseOriginKey,
  Promotion,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { deleteConditions, setCondition } from '../conditions';
import { byCodeUnit } from '../derivedNames';
import { jsonBytes, MAX_RESOURCE_BYTES } from '../resourceSize';
import { waitingStatus } from '../promotion/waitingStatus';
import { shortenText } from '../shortenText';

const HISTORY_LIMIT = 10;
/** Of a Stage, kept free for what is written of it later: health, verifications, conditions. */
const RESERVED_BYTES = 128 * 1024;

/**
 * Follows the Promotions of a Stage: records the one that ended or acknowledges the next.
 *
 * @remarks
 * A Promotion runs only while `status.currentPromotion` names it, so the queue discipline
 * is here: one at a time, oldest first, nothing superseded, and not before the Freight
 * that is there has been verified.
 *
 * Whatever ran was acknowledged, so what is recorded is exactly the acknowledged Promotion
 * once it has ended: no name and no time is compared, and nothing is recorded twice or
 * missed. Differs: upstream also records younger Promotions that were aborted while they
 * waited, which makes a Stage look failed whose last run succeeded, and misses an older
 * one that runs after them.
 *
 * @param promotions - all Promotions of the Stage
 * @param now - RFC 3339
 */
export function followPromotions(
  stage: Stage,
  promotions: Promotion[],
  autoPromotionEnabled: boolean,
  now: string,
): StageStatus {
  const acknowledged = stage.status?.currentPromotion?.name;
  const current = promotions.find(
    ({ metadata }) => metadata.name === acknowledged,
  );
  const ended = current && isTerminal(current) ? current : undefined;
  const status = keepHolds(stage, ended, autoPromotionEnabled);
  if (current && !ended) {
    // It may be starting at this moment, so no other takes its place, however old.
    return acknowledge(status, current, now);
  }
  const idle = acknowledge(status, undefined, now);
  if (acknowledged !== undefined) {
    // The next one is acknowledged by the next look, when this end is written.
    return ended ? withRoom(stage, recordEnded(idle, ended, now)) : idle;
  }
  const [next] = [...promotions].sort(comparePromotions);
  return next && !isTerminal(next) && !mustVerifyFirst(status)
    ? acknowledge(status, next, now)
    : idle;
}

function isTerminal(promotion: Promotion): boolean {
  return isPromotionTerminal(promotion.status?.phase);
}

/**
 * Durable holds: dropped with automation or the request, set and lifted by the intent of
 * a Promotion that ended in any way but an abort.
 */
function keepHolds(
  stage: Stage,
  ended: Promotion | undefined,
  autoPromotionEnabled: boolean,
): StageStatus {
  const status: StageStatus = { ...stage.status, autoPromotionEnabled };
  if (!autoPromotionEnabled) {
    return { ...status, autoPromotionHolds: undefined };
  }
  const requested = requestedKeys(stage);
  const holds = Object.fromEntries(
    Object.entries(status.autoPromotionHolds ?? {}).filter(([key]) =>
      requested.has(key),
    ),
  );
  if (ended && ended.status?.phase !== 'Aborted') {
    applyIntent(holds, ended, requested);
  }
  return {
    ...status,
    autoPromotionHolds: Object.keys(holds).length > 0 ? holds : undefined,
  };
}

function requestedKeys(stage: Stage): Set<string> {
  return new Set(
    stage.spec.requestedFreight.map(request => originKey(request.origin)),
  );
}

function applyIntent(
  holds: Record<string, AutoPromotionHold>,
  promotion: Promotion,
  requested: Set<string>,
): void {
  const annotations = promotion.metadata.annotations ?? {};
  const hold = annotations[ANNOTATIONS.autoPromotionHold];
  const resume = annotations[ANNOTATIONS.autoPromotionResume];
  const origin = hold && requested.has(hold) ? parseOriginKey(hold) : undefined;
  if (hold && origin) {
    holds[hold] = {
      freightName: promotion.spec.freight ?? '',
      origin,
      promotionName: promotion.metadata.name,
      actor: annotations[ANNOTATIONS.createActor],
      createdAt: promotion.metadata.creationTimestamp,
    };
  } else if (resume) {
    delete holds[resume];
  }
}

/**
 * Holds that count now: the durable ones plus the intents of Promotions that have not
 * ended yet, so that a queued Promotion by hand already stops automation.
 */
export function effectiveHolds(
  stage: Stage,
  status: StageStatus,
  promotions: Promotion[],
): Record<string, AutoPromotionHold> | undefined {
  if (!status.autoPromotionEnabled) {
    return undefined;
  }
  const requested = requestedKeys(stage);
  const holds = { ...status.autoPromotionHolds };
  const pending = promotions
    .filter(promotion => !isTerminal(promotion))
    .sort((a, b) => byCodeUnit(a.metadata.name, b.metadata.name));
  for (const promotion of pending) {
    applyIntent(holds, promotion, requested);
  }
  return Object.keys(holds).length > 0 ? holds : undefined;
}

/**
 * Whether the Freight that is there must be verified before the next Promotion: always
 * while a verification runs; and when it is healthy and none has ended yet.
 */
export function mustVerifyFirst(status: StageStatus): boolean {
  const current = currentFreight({ status } as Stage);
  if (!current) {
    return false;
  }
  const history = current.verificationHistory ?? [];
  if (history.some(entry => !isVerificationTerminal(entry.phase))) {
    return true;
  }
  const state = status.health?.status;
  return (state === undefined || state === 'Healthy') && history.length === 0;
}

function acknowledge(
  status: StageStatus,
  promotion: Promotion | undefined,
  now: string,
): StageStatus {
  if (!promotion) {
    return {
      ...status,
      currentPromotion: undefined,
      conditions: deleteConditions(status.conditions, 'Promoting'),
    };
  }
  const waiting = waitingStatus(promotion);
  return {
    ...status,
    currentPromotion: {
      name: promotion.metadata.name,
      ...(promotion.status?.freight && { freight: promotion.status.freight }),
      ...(waiting && { status: waiting }),
    },
    conditions: setCondition(
      status.conditions,
      {
        type: 'Promoting',
        status: 'True',
        reason: 'ActivePromotion',
        message: `Promotion ${promotion.metadata.name} is being carried out`,
      },
      now,
    ),
  };
}

function recordEnded(
  status: StageStatus,
  promotion: Promotion,
  now: string,
): StageStatus {
  const own = promotion.status ?? {};
  const collection =
    own.freightCollection ??
    (own.startedAt
      ? undefined
      : status.lastPromotion?.status?.freightCollection);
  const recorded: StageStatus = {
    ...status,
    lastPromotion: {
      name: promotion.metadata.name,
      ...(own.freight && { freight: own.freight }),
      status: {
        ...own,
        ...(own.message && { message: shortenText(own.message) }),
        ...(collection && { freightCollection: collection }),
      },
      finishedAt: own.finishedAt,
    },
  };
  return own.phase === 'Succeeded' && own.freightCollection
    ? enterCollection(recorded, own.freightCollection, now)
    : recorded;
}

/** Of the record of what ended, what nothing is decided by; what is least missed first. */
const DISPENSABLE = ['state', 'stepExecutionMetadata'] as const;

/**
 * A status with as much of what ended as the Stage has room for: a Promotion may take as much
 * as a Stage may, and a Stage that cannot be written would never go on. All of it stays in
 * the Promotion.
 */
function withRoom(stage: Stage, status: StageStatus): StageStatus {
  const fits = (candidate: StageStatus) =>
    jsonBytes({ ...stage, status: candidate }) <=
    MAX_RESOURCE_BYTES - RESERVED_BYTES;
  let fitting = status;
  for (const member of DISPENSABLE) {
    if (fits(fitting)) {
      return fitting;
    }
    const { lastPromotion } = fitting;
    const { [member]: _, ...rest } = lastPromotion?.status ?? {};
    fitting = {
      ...fitting,
      ...(lastPromotion && {
        lastPromotion: { ...lastPromotion, status: rest },
      }),
    };
  }
  const [current, ...older] = fitting.freightHistory ?? [];
  return fits(fitting) || older.length === 0
    ? fitting
    : { ...fitting, freightHistory: [current] };
}

function enterCollection(
  status: StageStatus,
  collection: FreightCollection,
  now: string,
): StageStatus {
  const { verificationHistory: _, ...fresh } = collection;
  return {
    ...status,
    health: undefined,
    freightHistory: [fresh, ...(status.freightHistory ?? [])].slice(
      0,
      HISTORY_LIMIT,
    ),
    conditions: setCondition(
      setCondition(
        status.conditions,
        {
          type: 'Healthy',
          status: 'Unknown',
          reason: 'WaitingForHealthCheck',
          message: 'Waiting for the first health check since the Promotion',
        },
        now,
      ),
      {
        type: 'Verified',
        status: 'Unknown',
        reason: 'WaitingForVerification',
        message: 'Waiting for the verification of the new Freight',
      },
      now,
    ),
  };
}
