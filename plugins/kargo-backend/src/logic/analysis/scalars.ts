import { AnalysisMetric, IntOrString } from 'backstage-plugin-kargo-common';

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);
/** More text than the longest sensible duration. */
const MAX_LENGTH = 200;
/** The longest duration there is: 2^63 nanoseconds, which are 292 years. */
const MAX_MS = 2 ** 63 / 1e6;

/**
 * Milliseconds of a duration in the grammar of the Go language (`1h30m`, `-.5s`, `0`),
 * which the fields of analysis templates are written in.
 *
 * @throws Error in Go's words, which people search for
 */
export function parseDuration(text: string): number {
  const quoted = JSON.stringify(text.slice(0, MAX_LENGTH));
  let rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === '0') {
    return 0;
  }
  if (rest === '' || text.length > MAX_LENGTH) {
    throw new Error(`time: invalid duration ${quoted}`);
  }
  let total = 0;
  while (rest !== '') {
    const [amount, whole, fraction] =
      /^([0-9]*)(?:\.([0-9]*))?/.exec(rest) ?? [];
    if (!amount || !(whole || fraction)) {
      throw new Error(`time: invalid duration ${quoted}`);
    }
    rest = rest.slice(amount.length);
    const unit = /^[^.0-9]*/.exec(rest)?.[0] ?? '';
    if (unit === '') {
      throw new Error(`time: missing unit in duration ${quoted}`);
    }
    const unitMs = UNIT_MS.get(unit);
    if (unitMs === undefined) {
      throw new Error(
        `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`,
      );
    }
    total += Number(`${whole || '0'}.${fraction || '0'}`) * unitMs;
    rest = rest.slice(unit.length);
  }
  if (total >= MAX_MS) {
    throw new Error(`time: invalid duration ${quoted}`);
  }
  return text.startsWith('-') ? -total : total;
}

/** As {@link parseDuration}; `undefined` for what is absent, empty or no duration. */
export function findDuration(text: string | undefined): number | undefined {
  if (!text) {
    return undefined;
  }
  try {
    return parseDuration(text);
  } catch {
    // Validation names it; who schedules goes on without.
    return undefined;
  }
}

/** A number, or the one that a text says; what is no whole number counts as 0, as upstream. */
export function parseIntOrString(value: IntOrString | undefined): number {
  if (typeof value !== 'string') {
    return value ?? 0;
  }
  return /^[+-]?[0-9]{1,10}$/.test(value) ? Number(value) : 0;
}

/** The limits of a metric with their defaults. */
export interface MetricLimits {
  /** -1: a metric cannot fail. */
  failure: number;
  inconclusive: number;
  consecutiveError: number;
  /** 0: no streak ends the metric. */
  consecutiveSuccess: number;
}

/** Reads the limits of a metric. They are tolerances: one more than the limit is too many. */
export function limitsOf(metric: AnalysisMetric): MetricLimits {
  return {
    failure: parseIntOrString(metric.failureLimit),
    inconclusive: parseIntOrString(metric.inconclusiveLimit),
    consecutiveError:
      metric.consecutiveErrorLimit === undefined
        ? 4
        : parseIntOrString(metric.consecutiveErrorLimit),
    consecutiveSuccess: parseIntOrString(metric.consecutiveSuccessLimit),
  };
}

/**
 * How many measurements a metric wants that are no errors: one unless told, any number
 * (`undefined`) with an interval alone.
 */
export function effectiveCount(metric: AnalysisMetric): number | undefined {
  const count = parseIntOrString(metric.count);
  if (count !== 0) {
    return count;
  }
  return metric.interval ? undefined : 1;
}
