import { AnalysisRunStatus, MetricResult } from 'backstage-plugin-kargo-common';
import {
  simulateRun,
  SimulationResult,
} from 'backstage-plugin-kargo-backend/src/testing/AnalysisSimulation';
import { describeDifference } from '../runCases';
import { AnalysisCase, Expectation, readRun } from './readCase';

/** Runs one case; tells what is wrong with it. */
export async function checkCase(
  value: Record<string, unknown>,
): Promise<string | undefined> {
  const written = value as unknown as AnalysisCase;
  if (typeof written.expect?.phase !== 'string') {
    throw new Error('"expect.phase" must be a text');
  }
  try {
    const { expected, got } = compare(
      written.expect,
      await simulateRun(readRun(written)),
    );
    const [wanted, found] = [expected, got].map(part => JSON.stringify(part));
    return wanted === found
      ? undefined
      : describeDifference({ expected: wanted, got: found });
  } catch (error) {
    // Templates that cannot be merged end a verification before there is a run.
    const message = (error as Error).message;
    return written.expect.phase === 'Error' &&
      (written.expect.message ?? message) === message
      ? undefined
      : describeDifference({
          expected: JSON.stringify(written.expect),
          got: message,
        });
  }
}

/** What is expected, and the same parts of what was found. */
function compare(
  expected: Expectation,
  { status, calls, endedAt }: SimulationResult,
): { expected: object; got: object } {
  const results = status.metricResults ?? [];
  const found = (name: string) => results.find(result => result.name === name);
  const { counts, metrics, at, kept } = expected;
  const got: Record<keyof Expectation, unknown> = {
    phase: status.phase ?? '',
    message: status.message ?? '',
    counts: counts && countsLike(counts, status),
    metrics: metrics && likeKeys(metrics, name => found(name)?.phase ?? null),
    at: at && likeKeys(at, name => calls[name]),
    kept: kept && likeKeys(kept, name => found(name)?.measurements?.length),
    endsAt: endedAt,
    isCompleted: status.completedAt !== undefined,
  };
  return {
    expected,
    got: likeKeys(expected, key => got[key as keyof Expectation]),
  };
}

function countsLike(
  counts: NonNullable<Expectation['counts']>,
  { metricResults = [], runSummary = {} }: AnalysisRunStatus,
): object {
  const isOfRun = Object.values(counts).every(count => Number.isInteger(count));
  if (!isOfRun) {
    return likeKeys(counts, name =>
      countersLike(
        counts[name] as Record<string, number>,
        metricResults.find(result => result.name === name),
      ),
    );
  }
  const own = counts as Record<string, number>;
  const ofMetric =
    metricResults.length === 1 ? countersLike(own, metricResults[0]) : {};
  return JSON.stringify(ofMetric) === JSON.stringify(own)
    ? ofMetric
    : countersLike(own, runSummary);
}

function countersLike(
  counters: Record<string, number>,
  found: Partial<MetricResult> | undefined,
): object {
  return likeKeys(
    counters,
    key => (found?.[key as keyof MetricResult] as number | undefined) ?? 0,
  );
}

/** The same keys in the same order, so that both have one text. */
function likeKeys(like: object, read: (key: string) => unknown): object {
  return Object.fromEntries(Object.keys(like).map(key => [key, read(key)]));
}
