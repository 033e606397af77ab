import {
  AnalysisMetric,
  AnalysisRunSpec,
  DryRunRule,
} from 'backstage-plugin-kargo-common';
import { compilePattern } from '../boundedPattern';
import { limitsOf, parseDuration, parseIntOrString } from './scalars';

/**
 * The first thing that is wrong with the metrics of a run, in the words of Argo Rollouts;
 * `undefined` when all is well. Expressions and what providers are told are not looked at.
 */
export function findInvalid(
  metrics: readonly AnalysisMetric[],
  {
    dryRun = [],
    measurementRetention = [],
  }: Pick<AnalysisRunSpec, 'dryRun' | 'measurementRetention'>,
): string | undefined {
  if (metrics.length === 0) {
    return 'no metrics specified';
  }
  const names = metrics.map(metric => metric.name);
  for (const [i, metric] of metrics.entries()) {
    const problem =
      names.indexOf(metric.name) < i
        ? `duplicate name '${metric.name}'`
        : findProblem(metric);
    if (problem) {
      return `metrics[${i}]: ${problem}`;
    }
  }
  return (
    findUnmatched('dryRun', dryRun, names) ??
    findUnmatched('measurementRetention', measurementRetention, names)
  );
}

function findProblem(metric: AnalysisMetric): string | undefined {
  const limits = limitsOf(metric);
  const checks: Array<[boolean, string]> = [
    [limits.consecutiveSuccess < 0, 'consecutiveSuccessLimit must be >= 0'],
    [limits.failure < -1, 'failureLimit must be >= 0, or -1 to be disabled'],
    [
      limits.consecutiveSuccess === 0 && limits.failure === -1,
      'failureLimit and consecutiveSuccessLimit cannot both be disabled',
    ],
    [limits.inconclusive < 0, 'inconclusiveLimit must be >= 0'],
    [limits.consecutiveError < 0, 'consecutiveErrorLimit must be >= 0'],
  ];
  return (
    checks.find(([isWrong]) => isWrong)?.[1] ??
    findCountProblem(metric) ??
    findDurationProblem('interval', metric.interval) ??
    findDurationProblem('startDelay', metric.initialDelay) ??
    findProviderProblem(metric)
  );
}

/** Looks at the count as it is written: the one measurement of a metric without is not judged. */
function findCountProblem(metric: AnalysisMetric): string | undefined {
  const count = parseIntOrString(metric.count);
  const { failure, consecutiveSuccess, inconclusive } = limitsOf(metric);
  if (count <= 0) {
    return undefined;
  }
  if (failure >= 0 && count < failure + consecutiveSuccess) {
    return `count (${count}) must be >= failureLimit + consecutiveSuccessLimit (${failure} + ${consecutiveSuccess}) if both >= 0`;
  }
  if (count < consecutiveSuccess) {
    return 'count must be >= consecutiveSuccessLimit';
  }
  if (count < inconclusive) {
    return 'count must be >= inconclusiveLimit';
  }
  return count > 1 && !metric.interval
    ? 'interval must be specified when count > 1'
    : undefined;
}

function findDurationProblem(
  what: string,
  text: string | undefined,
): string | undefined {
  if (!text) {
    return undefined;
  }
  try {
    parseDuration(text);
    return undefined;
  } catch (error) {
    return `invalid ${what} string: ${(error as Error).message}`;
  }
}

function findProviderProblem({ provider }: AnalysisMetric): string | undefined {
  const count = providersOf(provider).length;
  if (count === 0) {
    return 'no provider specified';
  }
  return count > 1 ? 'multiple providers specified' : undefined;
}

/** The providers that a metric names; each plugin is one. */
export function providersOf(
  provider: AnalysisMetric['provider'] | undefined,
): string[] {
  return Object.entries(provider ?? {}).flatMap(([id, config]) => {
    if (id !== 'plugin') {
      return config === undefined || config === null ? [] : [id];
    }
    return Object.keys((config ?? {}) as object).map(() => id);
  });
}

function findUnmatched(
  what: string,
  rules: readonly DryRunRule[],
  names: readonly string[],
): string | undefined {
  const index = rules.findIndex(
    rule => !names.some(name => matchesRule(rule, name)),
  );
  return index < 0
    ? undefined
    : `${what}[${index}]: Rule didn't match any metric name(s)`;
}

/** Whether a rule is about a metric: its pattern is found in the name. A broken one matches nothing. */
export function matchesRule(
  { metricName }: { metricName: string },
  name: string,
): boolean {
  try {
    return compilePattern(metricName).matches(name);
  } catch {
    // Upstream: it is then a rule that matches no metric, which is an error of its own.
    return false;
  }
}
