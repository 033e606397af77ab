import {
  durationToMilliseconds,
  FreightRequest,
  isControlFlow,
  originKey,
  Stage,
} from 'backstage-plugin-kargo-common';
import { followedStage } from './gates';
import { marksOf } from './soakMarks';
import { originAndStage } from './sourceIndexes';

/** An index of Freight and what it must, or must not, hold; one of several values. */
export interface IndexSelector {
  name: string;
  value: string | string[];
  not?: boolean;
}

/** Freight to look up by index for a decision. */
export interface FreightSearch {
  /** All must hold. */
  index: IndexSelector[];
  /**
   * `newest`: the first that is available is enough, and the very first is if `isExact`;
   * `all`: every one counts.
   */
  take: 'newest' | 'all';
  isExact: boolean;
}

/**
 * What a Stage must look up to know the newest Freight that is available to it, and when
 * waiting alone makes other Freight available.
 *
 * @remarks
 * The cost does not grow with the amount of Freight: a search for the newest ends at the
 * first that is available, and what is looked through entirely is only what is in a Stage
 * at this moment. Freight that left a Stage is found by the length of its stay, so that what
 * never soaked is not looked at. A Stage without steps takes all that it has not let
 * through yet, which it does once per Freight.
 */
export function sourceSearches(
  stage: Stage,
  request: FreightRequest,
): FreightSearch[] {
  const searches = searchesOf(stage, request);
  if (!isControlFlow(stage)) {
    return searches;
  }
  const passed: IndexSelector = {
    name: 'verifiedIn',
    value: originAndStage(originKey(request.origin), stage.metadata.name),
    not: true,
  };
  return searches.map(({ index }) => ({
    index: [...index, passed],
    take: 'all',
    isExact: false,
  }));
}

function searchesOf(stage: Stage, request: FreightRequest): FreightSearch[] {
  const origin = originKey(request.origin);
  const { sources } = request;
  const ofOrigin = { name: 'origin', value: origin };
  const isIn = (name: string): FreightSearch => ({
    index: [{ name: 'currentlyIn', value: name }, ofOrigin],
    take: 'all',
    isExact: false,
  });
  const upstream = followedStage(request);
  if (upstream !== undefined) {
    return [isIn(upstream)];
  }
  const { stages = [], availabilityStrategy, requiredSoakTime } = sources;
  const isAll = availabilityStrategy === 'All';
  if (sources.direct || (isAll && stages.length === 0)) {
    return [newest([ofOrigin])];
  }
  const approved = newest([
    {
      name: 'approvedFor',
      value: originAndStage(origin, stage.metadata.name),
    },
  ]);
  const requiredMs = requiredSoakTime
    ? durationToMilliseconds(requiredSoakTime)
    : 0;
  const { marks, isExact } = marksOf(requiredMs);
  const fulfilled = stages.map(
    (name): IndexSelector =>
      requiredMs === 0
        ? { name: 'verifiedIn', value: originAndStage(origin, name) }
        : {
            name: 'soakedIn',
            value: marks.map(mark =>
              soakedValue(originAndStage(origin, name), mark),
            ),
          },
  );
  const left = (isAll ? [fulfilled] : fulfilled.map(index => [index])).map(
    index => newest(index, requiredMs === 0 || isExact),
  );
  return [approved, ...left, ...(requiredMs === 0 ? [] : stages.map(isIn))];
}

function newest(index: IndexSelector[], isExact = true): FreightSearch {
  return { index, take: 'newest', isExact };
}

/** Value of the index `soakedIn` for a stay in a Stage. */
export function soakedValue(stay: string, mark: string): string {
  return `${stay}|${mark}`;
}
