import { AnalysisPhase, Measurement } from 'backstage-plugin-kargo-common';

/** A number that was measured. */
export interface MeasuredPoint {
  /** When, epoch milliseconds. */
  at: number;
  value: number;
  phase: AnalysisPhase;
}

/** Numbers of one kind, oldest first. */
export interface MeasuredSeries {
  /** What tells it from others of the same metric; empty where there is one alone. */
  key: string;
  points: MeasuredPoint[];
}

/** Of a query that answers more numbers, nobody looks at each. */
const MAX_SERIES = 6;

/**
 * The numbers among the measurements of a metric: a number each, or lists or objects of
 * numbers, as queries answer them. A kind of number that was not measured twice shows no
 * course and is left out.
 */
export function measuredSeries(
  measurements: readonly Measurement[],
): MeasuredSeries[] {
  const series = new Map<string, MeasuredPoint[]>();
  for (const { value = '', phase, startedAt, finishedAt } of measurements) {
    const at = Date.parse(finishedAt ?? startedAt ?? '');
    if (Number.isNaN(at)) {
      continue;
    }
    for (const [key, number] of numbersOf(value)) {
      const points = series.get(key) ?? [];
      series.set(key, points);
      points.push({ at, value: number, phase });
    }
  }
  return [...series]
    .filter(([, points]) => points.length > 1)
    .slice(0, MAX_SERIES)
    .map(([key, points]) => ({ key, points }));
}

/** The numbers in a value, each with what tells it from the others. */
function numbersOf(value: string): Array<[key: string, number: number]> {
  const parsed = parse(value);
  if (typeof parsed === 'number') {
    return [['', parsed]];
  }
  if (typeof parsed !== 'object' || parsed === null) {
    return [];
  }
  const entries = Object.entries(parsed);
  const isSingle = Array.isArray(parsed) && entries.length === 1;
  return entries.flatMap(
    ([key, number]): Array<[string, number]> =>
      typeof number === 'number' ? [[isSingle ? '' : key, number]] : [],
  );
}

/** What a provider answered, if it is JSON; a text is none of ours to understand. */
function parse(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
