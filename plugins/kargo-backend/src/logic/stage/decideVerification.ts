import {
  ANNOTATIONS,
  currentFreight,
  FreightCollection,
  hasVerificationFailed,
  isVerificationTerminal,
  isVerificationTrusted,
  Stage,
  StageStatus,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import { ConditionDraft } from '../conditions';

const HISTORY_LIMIT = 10;

/** A request on a Stage to verify again or to abort a verification, by its id. */
export interface VerificationRequest {
  id: string;
  actor?: string;
  controlPlane?: boolean;
}

/**
 * Reads a request annotation: JSON must be a request object, anything else is the id.
 * `undefined` when it is absent, empty or JSON of another shape.
 */
export function parseVerificationRequest(
  value: string | undefined,
): VerificationRequest | undefined {
  if (!value) {
    return undefined;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return { id: value };
  }
  if (typeof parsed !== 'object' || parsed === null) {
    return undefined;
  }
  const request = parsed as Partial<VerificationRequest>;
  return typeof request.id === 'string' && request.id
    ? {
        id: request.id,
        ...(typeof request.actor === 'string' && { actor: request.actor }),
        ...(request.controlPlane === true && { controlPlane: true }),
      }
    : undefined;
}

/** What to do about the verification of the Freight that is there. */
export type VerificationDecision =
  | {
      kind: 'nothing';
      reason:
        | 'no-freight'
        | 'promotion-active'
        | 'already-ended'
        | 'waiting-for-health';
    }
  | { kind: 'observe'; entry: VerificationInfo }
  | { kind: 'abort'; entry: VerificationInfo; request: VerificationRequest }
  | { kind: 'succeed-implicitly' }
  | { kind: 'start'; request?: VerificationRequest };

/** Decides the next step of a Stage's verification from its status and annotations. */
export function decideVerification(
  stage: Stage,
  status: StageStatus,
): VerificationDecision {
  const current = currentFreight({ ...stage, status });
  if (!current) {
    return { kind: 'nothing', reason: 'no-freight' };
  }
  if (status.currentPromotion) {
    return { kind: 'nothing', reason: 'promotion-active' };
  }
  const newest = current.verificationHistory?.[0];
  const annotations = stage.metadata.annotations ?? {};
  if (newest && !isVerificationTerminal(newest.phase)) {
    const abort = parseVerificationRequest(annotations[ANNOTATIONS.abort]);
    return abort?.id === newest.id
      ? { kind: 'abort', entry: newest, request: abort }
      : { kind: 'observe', entry: newest };
  }
  const request = parseVerificationRequest(annotations[ANNOTATIONS.reverify]);
  const isRequested = newest !== undefined && request?.id === newest.id;
  if (newest && !isRequested) {
    return { kind: 'nothing', reason: 'already-ended' };
  }
  if (status.health?.status !== 'Healthy') {
    return { kind: 'nothing', reason: 'waiting-for-health' };
  }
  if (!stage.spec.verification) {
    return { kind: 'succeed-implicitly' };
  }
  return { kind: 'start', ...(isRequested && { request }) };
}

/** The status with a verification entry replaced (same id) or put on top of the history. */
export function pushVerification(
  status: StageStatus,
  entry: VerificationInfo,
): StageStatus {
  const [current, ...older] = status.freightHistory ?? [];
  if (!current) {
    return status;
  }
  const history = current.verificationHistory ?? [];
  const isKnown = history.some(known => known.id === entry.id);
  const verificationHistory = isKnown
    ? history.map(known => (known.id === entry.id ? entry : known))
    : [entry, ...history].slice(0, HISTORY_LIMIT);
  return {
    ...status,
    freightHistory: [{ ...current, verificationHistory }, ...older],
  };
}

/**
 * The verification by which the Freight that is there counts as verified: the newest, if
 * it succeeded, none is running and the Stage is healthy.
 */
export function findVerdict(status: StageStatus): VerificationInfo | undefined {
  const history = status.freightHistory?.[0]?.verificationHistory ?? [];
  const [newest] = history;
  const isRunning = history.some(entry => !isVerificationTerminal(entry.phase));
  return status.health?.status === 'Healthy' &&
    !isRunning &&
    newest?.phase === 'Successful'
    ? newest
    : undefined;
}

/** Whether the Freight that is there is not to be trusted any more if it ever was. */
export function isDistrusted(status: StageStatus): boolean {
  const [newest] = status.freightHistory?.[0]?.verificationHistory ?? [];
  return newest !== undefined && hasVerificationFailed(newest);
}

/** The `Verified` condition of a set of Freight. */
export function verifiedCondition(
  current: FreightCollection | undefined,
): ConditionDraft {
  const type = 'Verified';
  if (!current) {
    return {
      type,
      status: 'Unknown',
      reason: 'NoFreight',
      message: 'No Freight to verify',
    };
  }
  const history = current.verificationHistory ?? [];
  const newest = history.at(0);
  if (isVerificationTrusted(history)) {
    return {
      type,
      status: 'True',
      reason: 'Verified',
      message: 'Freight has been verified',
    };
  }
  if (!newest) {
    return {
      type,
      status: 'Unknown',
      reason: 'WaitingForVerification',
      message: 'Waiting until the Stage is healthy to verify its Freight',
    };
  }
  const message =
    newest.message || `Verification is ${newest.phase || 'starting'}`;
  switch (newest.phase) {
    case 'Pending':
    case 'Running':
      return {
        type,
        status: 'Unknown',
        reason: `Verification${newest.phase}`,
        message,
      };
    case 'Failed':
    case 'Error':
    case 'Aborted':
      return {
        type,
        status: 'False',
        reason: `Verification${newest.phase}`,
        message,
      };
    case 'Inconclusive':
      return {
        type,
        status: 'Unknown',
        reason: 'VerificationInconclusive',
        message,
      };
    default:
      return {
        type,
        status: 'Unknown',
        reason: 'UnknownVerificationPhase',
        message,
      };
  }
}
