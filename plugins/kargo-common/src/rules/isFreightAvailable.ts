import { durationToMilliseconds, formatDuration } from '../model/duration';
import { Freight } from '../model/Freight';
import { originKey } from '../model/references';
import { FreightRequest, Stage } from '../model/Stage';
import { entryOf } from './entryOf';

/** Why Freight is, or is not, available to a Stage. @public */
export type FreightAvailabilityReason =
  | 'approved'
  | 'direct'
  | 'verified-upstream'
  | 'other-project'
  | 'origin-not-requested'
  | 'no-source'
  | 'not-verified-upstream'
  | 'soaking';

/** What one upstream Stage contributes to availability. Times are in milliseconds. @public */
export interface UpstreamEvidence {
  stage: string;
  verified: boolean;
  soakMs: number;
  satisfied: boolean;
  /**
   * When it will be satisfied if nothing moves, in epoch milliseconds; absent when
   * waiting alone does not help.
   */
  satisfiedAtMs?: number;
}

/** Whether Freight is available to a Stage, and why. @public */
export interface FreightAvailability {
  available: boolean;
  reason: FreightAvailabilityReason;
  /** One sentence for a person. */
  message: string;
  /** One entry per listed upstream Stage; empty when upstreams were not asked. */
  upstreams: UpstreamEvidence[];
  /**
   * When the Freight becomes available if nothing moves, in epoch milliseconds;
   * only set with the reason `soaking`.
   */
  availableAtMs?: number;
}

/**
 * Milliseconds that Freight soaked in a Stage: the longest single stay, measured
 * from its arrival there; 0 unless it was verified there.
 *
 * @public
 */
export function soakMs(
  freight: Freight,
  stageName: string,
  nowMs: number,
): number {
  const verified = entryOf(freight.status?.verifiedIn, stageName);
  if (!verified) {
    return 0;
  }
  const longest = verified.longestSoak
    ? durationToMilliseconds(verified.longestSoak)
    : 0;
  const since = entryOf(freight.status?.currentlyIn, stageName)?.since;
  return since ? Math.max(longest, nowMs - Date.parse(since)) : longest;
}

/**
 * Whether Freight may be promoted to a Stage, by Kargo's availability rule: right
 * origin, and then approved, direct, or verified and soaked upstream.
 *
 * @remarks
 * The same rule decides promotion by hand, admission and automation. Approval does
 * not stand in for the origin.
 *
 * @public
 */
export function isFreightAvailable(
  stage: Stage,
  freight: Freight,
  nowMs: number,
): FreightAvailability {
  if (stage.metadata.namespace !== freight.metadata.namespace) {
    return verdict(
      'other-project',
      'The Freight belongs to another project than the Stage',
    );
  }
  const key = originKey(freight.origin);
  const request = stage.spec.requestedFreight.find(
    candidate => originKey(candidate.origin) === key,
  );
  if (!request) {
    return verdict(
      'origin-not-requested',
      `Stage '${stage.metadata.name}' does not request Freight from ${freight.origin.kind} '${freight.origin.name}'`,
    );
  }
  if (entryOf(freight.status?.approvedFor, stage.metadata.name)) {
    return verdict(
      'approved',
      `The Freight is approved for Stage '${stage.metadata.name}'`,
    );
  }
  if (request.sources.direct) {
    return verdict(
      'direct',
      `Stage '${stage.metadata.name}' accepts Freight directly from ${freight.origin.kind} '${freight.origin.name}'`,
    );
  }
  return upstreamVerdict(request, freight, nowMs);
}

const AVAILABLE: ReadonlySet<FreightAvailabilityReason> = new Set([
  'approved',
  'direct',
  'verified-upstream',
]);

function verdict(
  reason: FreightAvailabilityReason,
  message: string,
  upstreams: UpstreamEvidence[] = [],
): FreightAvailability {
  return { available: AVAILABLE.has(reason), reason, message, upstreams };
}

function upstreamVerdict(
  request: FreightRequest,
  freight: Freight,
  nowMs: number,
): FreightAvailability {
  const {
    stages = [],
    requiredSoakTime,
    availabilityStrategy,
  } = request.sources;
  const requiredMs = requiredSoakTime
    ? durationToMilliseconds(requiredSoakTime)
    : 0;
  const upstreams = stages.map(name =>
    evidence(freight, name, requiredMs, nowMs),
  );
  const all = availabilityStrategy === 'All';
  if (all ? upstreams.every(isSatisfied) : upstreams.some(isSatisfied)) {
    return verdict(
      'verified-upstream',
      stages.length === 0
        ? 'All of no upstream Stages have verified the Freight'
        : `Verified in ${names(upstreams.filter(isSatisfied))}`,
      upstreams,
    );
  }
  if (stages.length === 0) {
    return verdict(
      'no-source',
      'The Stage names neither its Warehouse nor an upstream Stage as a source; only approved Freight can enter',
    );
  }
  return all
    ? waitingForAll(upstreams, requiredMs)
    : waitingForOne(upstreams, requiredMs);
}

function evidence(
  freight: Freight,
  stage: string,
  requiredMs: number,
  nowMs: number,
): UpstreamEvidence {
  const verified = entryOf(freight.status?.verifiedIn, stage) !== undefined;
  const soaked = soakMs(freight, stage, nowMs);
  const satisfied = verified && soaked >= requiredMs;
  const since = entryOf(freight.status?.currentlyIn, stage)?.since;
  return {
    stage,
    verified,
    soakMs: soaked,
    satisfied,
    ...(verified &&
      !satisfied &&
      since && { satisfiedAtMs: Date.parse(since) + requiredMs }),
  };
}

function isSatisfied(upstream: UpstreamEvidence): boolean {
  return upstream.satisfied;
}

function waitingForAll(
  upstreams: UpstreamEvidence[],
  requiredMs: number,
): FreightAvailability {
  const unverified = upstreams.filter(upstream => !upstream.verified);
  if (unverified.length > 0) {
    return verdict(
      'not-verified-upstream',
      `Not yet verified in ${names(unverified)}`,
      upstreams,
    );
  }
  const missing = upstreams.filter(upstream => !upstream.satisfied);
  const times = missing.map(upstream => upstream.satisfiedAtMs);
  const known = times.filter(time => time !== undefined);
  return soaking(
    missing,
    requiredMs,
    upstreams,
    known.length === times.length ? Math.max(...known) : undefined,
  );
}

function waitingForOne(
  upstreams: UpstreamEvidence[],
  requiredMs: number,
): FreightAvailability {
  const verified = upstreams.filter(upstream => upstream.verified);
  if (verified.length === 0) {
    return verdict(
      'not-verified-upstream',
      upstreams.length === 1
        ? `Not yet verified in ${names(upstreams)}`
        : `Not yet verified in any of ${names(upstreams)}`,
      upstreams,
    );
  }
  const known = verified
    .map(upstream => upstream.satisfiedAtMs)
    .filter(time => time !== undefined);
  return soaking(
    verified,
    requiredMs,
    upstreams,
    known.length > 0 ? Math.min(...known) : undefined,
  );
}

function soaking(
  missing: UpstreamEvidence[],
  requiredMs: number,
  upstreams: UpstreamEvidence[],
  availableAtMs: number | undefined,
): FreightAvailability {
  const longest = Math.max(...missing.map(upstream => upstream.soakMs));
  return {
    ...verdict(
      'soaking',
      `Soaked ${formatDuration(wholeSeconds(longest))} of ${formatDuration(
        requiredMs,
      )} in ${names(missing)}${
        availableAtMs === undefined ? ', and is no longer there' : ''
      }`,
      upstreams,
    ),
    ...(availableAtMs !== undefined && { availableAtMs }),
  };
}

function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

function names(upstreams: UpstreamEvidence[]): string {
  return upstreams.map(upstream => `'${upstream.stage}'`).join(', ');
}
