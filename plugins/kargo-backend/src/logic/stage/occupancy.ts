import {
  currentFreight,
  durationToMilliseconds,
  entryOf,
  formatDuration,
  Freight,
  FreightCollection,
  FreightStatus,
  isFreightAvailable,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { freightNames } from '../events';
import { toTimestamp } from '../timestamps';
import { StageSnapshot } from './StageSnapshot';

/** A change to the status of one piece of Freight. */
export interface FreightStatusChange {
  name: string;
  status: FreightStatus;
}

/**
 * Which Freight enters and leaves a Stage, so that `currentlyIn` says what the Stage holds.
 *
 * @remarks
 * Freight that is listed already keeps its `since`: promoting it again does not restart
 * soaking. Leaving keeps the longest single stay, and only if it was verified there.
 *
 * @param present - Freight that lists the Stage in `currentlyIn`, and Freight of the collection
 * @param nowMs - epoch milliseconds
 */
export function decideOccupancy(
  stageName: string,
  current: FreightCollection | undefined,
  present: Freight[],
  nowMs: number,
): FreightStatusChange[] {
  const held = new Set(
    Object.values(current?.items ?? {}).map(item => item.name),
  );
  return present.flatMap(freight => {
    const isListed = !!entryOf(freight.status?.currentlyIn, stageName);
    const isHeld = held.has(freight.metadata.name);
    if (isListed === isHeld) {
      return [];
    }
    return [
      {
        name: freight.metadata.name,
        status: isHeld
          ? enter(freight, stageName, nowMs)
          : leave(freight, stageName, nowMs),
      },
    ];
  });
}

function enter(
  freight: Freight,
  stageName: string,
  nowMs: number,
): FreightStatus {
  const status = freight.status ?? {};
  return {
    ...status,
    currentlyIn: {
      ...status.currentlyIn,
      [stageName]: { since: toTimestamp(nowMs) },
    },
  };
}

function leave(
  freight: Freight,
  stageName: string,
  nowMs: number,
): FreightStatus {
  const status = freight.status ?? {};
  const { [stageName]: left, ...currentlyIn } = status.currentlyIn ?? {};
  const verified = entryOf(status.verifiedIn, stageName);
  const stay = left?.since ? nowMs - Date.parse(left.since) : 0;
  if (!verified || stay <= milliseconds(verified.longestSoak)) {
    return { ...status, currentlyIn };
  }
  return {
    ...status,
    currentlyIn,
    verifiedIn: {
      ...status.verifiedIn,
      [stageName]: {
        ...verified,
        longestSoak: formatDuration(Math.floor(stay / 1000) * 1000),
      },
    },
  };
}

function milliseconds(duration: string | undefined): number {
  return duration ? durationToMilliseconds(duration) : 0;
}

/**
 * Freight of a collection that becomes verified in a Stage: once verified it stays so.
 *
 * @param verifiedAt - RFC 3339
 */
export function decideVerifiedFreight(
  stageName: string,
  current: FreightCollection,
  present: Freight[],
  verifiedAt: string,
): FreightStatusChange[] {
  const held = new Set(Object.values(current.items).map(item => item.name));
  return present
    .filter(
      freight =>
        held.has(freight.metadata.name) &&
        !entryOf(freight.status?.verifiedIn, stageName),
    )
    .map(freight => ({
      name: freight.metadata.name,
      status: {
        ...freight.status,
        verifiedIn: {
          ...freight.status?.verifiedIn,
          [stageName]: { verifiedAt },
        },
      },
    }));
}

/**
 * Freight of a collection that was verified in a Stage and whose verification failed since:
 * it is not verified there any more, nor in the Stages without steps that let it through for
 * that alone.
 *
 * @param gates - Stages without steps behind the Stage, and behind one another
 * @param nowMs - epoch milliseconds
 */
export function decideDistrustedFreight(
  stageName: string,
  current: FreightCollection,
  { present, gates = [] }: Pick<StageSnapshot, 'present' | 'gates'>,
  nowMs: number,
): FreightStatusChange[] {
  const held = new Set(freightNames(current.items));
  return present
    .filter(({ metadata }) => held.has(metadata.name))
    .flatMap(freight => {
      const left = withoutPassages(
        withoutVerification(freight, stageName),
        gates,
        nowMs,
      );
      return left.status === freight.status
        ? []
        : [{ name: freight.metadata.name, status: left.status ?? {} }];
    });
}

/** The same Freight where Stages without steps that would not let it through now never did. */
function withoutPassages(
  freight: Freight,
  gates: readonly Stage[],
  nowMs: number,
): Freight {
  const gate = gates.find(
    stage =>
      entryOf(freight.status?.verifiedIn, stage.metadata.name) &&
      !isFreightAvailable(stage, freight, nowMs).available,
  );
  return gate
    ? withoutPassages(
        withoutVerification(freight, gate.metadata.name),
        gates,
        nowMs,
      )
    : freight;
}

/** The same Freight where it is not verified in the Stage. */
function withoutVerification(freight: Freight, stageName: string): Freight {
  const { [stageName]: withdrawn, ...verifiedIn } =
    freight.status?.verifiedIn ?? {};
  return withdrawn
    ? { ...freight, status: { ...freight.status, verifiedIn } }
    : freight;
}

/** Freight that the Stage holds by its status and that is not there any more. */
export function goneFreight(
  { stage, present }: { stage: Stage; present: Freight[] },
  status: StageStatus,
): string[] {
  const known = new Set(present.map(freight => freight.metadata.name));
  return freightNames(currentFreight({ ...stage, status })?.items).filter(
    name => !known.has(name),
  );
}
