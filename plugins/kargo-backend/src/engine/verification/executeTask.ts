import { toError } from '@backstage/errors';
import { firstIssue, Measurement } from 'backstage-plugin-kargo-common';
import {
  AnyMetricProvider,
  MetricContext,
  MetricOutcome,
  MetricProvider,
  redact,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { judgeResult } from '../../expressions/analysisCondition';
import { inTurns } from '../../foreign/inTurns';
import { AnalysisTask } from '../../logic/analysis/planTasks';
import { providersOf } from '../../logic/analysis/validateMetrics';
import { shortenText } from '../../logic/shortenText';
import { toTimestamp } from '../../logic/timestamps';
import { isStoreUnavailable } from '../../ports/StoreUnavailableError';
import { TaskResult } from './runPass';

/** What masked texts read, as Argo Rollouts masks them. */
const PLACEHOLDER = '*****';

/** What carrying out a task needs. */
export interface ExecuteTaskOptions {
  providers: ReadonlyMap<string, AnyMetricProvider>;
  context: MetricContext;
  /** Everything that must not show; grows while something is measured. */
  secrets: Iterable<string>;
}

/**
 * Carries out a task whose metric is resolved.
 *
 * @remarks
 * Whatever goes wrong is a measurement that says so; only the signal's reason is thrown, and
 * that the store does not answer, which says nothing of what is measured.
 * Differs from upstream: secrets are masked in values and metadata, too, and a value whose
 * condition cannot be evaluated is kept.
 */
export async function executeTask(
  task: AnalysisTask,
  { providers, context, secrets }: ExecuteTaskOptions,
): Promise<TaskResult> {
  const startedAt =
    task.kind === 'measure'
      ? toTimestamp(context.now())
      : task.measurement.startedAt;
  const known: Partial<Measurement> =
    task.kind === 'measure' ? {} : task.measurement;
  let metadata: Record<string, string> | undefined;
  try {
    const { provider, config } = findProvider(task, providers);
    metadata = provider.describe?.(config);
    const outcome = await ask(task, provider, config, context);
    assertOutcome(provider, outcome);
    return masked(
      {
        metadata,
        measurement: {
          ...withoutResume(known),
          ...(await finish(task, outcome, known, context)),
          ...(startedAt && { startedAt }),
        },
      },
      secrets,
    );
  } catch (error) {
    context.signal.throwIfAborted();
    if (isStoreUnavailable(error)) {
      throw error;
    }
    return masked(
      {
        metadata,
        measurement: {
          ...withoutResume(known),
          phase: 'Error',
          message: toError(error).message,
          ...(startedAt && { startedAt }),
          finishedAt: toTimestamp(context.now()),
        },
      },
      secrets,
    );
  }
}

/** A provider and what it is told, of which only the two know the type. */
interface Chosen {
  provider: MetricProvider;
  config: unknown;
}

function findProvider(
  { metric }: AnalysisTask,
  providers: ReadonlyMap<string, AnyMetricProvider>,
): Chosen {
  const [id] = providersOf(metric.provider);
  const found = providers.get(id);
  if (!found) {
    throw new Error(
      `no metric provider '${id}' is installed; known are ${[
        ...providers.keys(),
      ].join(', ')}`,
    );
  }
  const provider = found as unknown as MetricProvider;
  const parsed = provider.config.safeParse(metric.provider[id]);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) =>
      [['provider', id, ...path].join('.'), message].join(': '),
    );
    throw new Error(problems.join('; '));
  }
  return { provider, config: parsed.data };
}

/** The measurement as it is, for those who cannot be asked about it again. */
type Unchanged = { kind: 'unchanged' };

async function ask(
  task: AnalysisTask,
  provider: MetricProvider,
  config: unknown,
  context: MetricContext,
): Promise<MetricOutcome | Unchanged> {
  switch (task.kind) {
    case 'measure':
      return provider.measure(config, context);
    case 'resume':
      return (
        (await provider.resume?.(config, context, task.measurement)) ?? {
          kind: 'unchanged',
        }
      );
    default:
      return (
        (await provider.terminate?.(config, context, task.measurement)) ?? {
          kind: 'unchanged',
        }
      );
  }
}

const Metadata = z.record(z.string(), z.string()).optional();
const Outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unchanged') }),
  z.object({
    kind: z.literal('measured'),
    value: z.string(),
    elements: z.literal('number').optional(),
    metadata: Metadata,
  }),
  z.object({
    kind: z.literal('judged'),
    phase: z.enum(['Successful', 'Failed', 'Inconclusive']),
    message: z.string().optional(),
    value: z.string().optional(),
    metadata: Metadata,
  }),
  z.object({
    kind: z.literal('waiting'),
    checkAgainInMs: z.number().optional(),
    metadata: Metadata,
  }),
]);

/**
 * @throws Error for an answer of an extension that is none: where no condition is asked, what
 * was measured is good
 */
function assertOutcome({ id }: MetricProvider, outcome: unknown): void {
  const { error } = Outcome.safeParse(outcome);
  if (error) {
    throw new Error(
      `the metric provider '${id}' answered what is no outcome: ${firstIssue(
        error,
      )}`,
    );
  }
  const { kind, result } = outcome as { kind: string; result?: unknown };
  if (kind === 'measured' && result === undefined) {
    throw new Error(
      `the metric provider '${id}' measured nothing: result is missing; null is no data`,
    );
  }
}

async function finish(
  task: AnalysisTask,
  outcome: MetricOutcome | Unchanged,
  known: Partial<Measurement>,
  { now, signal }: Pick<MetricContext, 'now' | 'signal'>,
): Promise<Measurement> {
  const nowMs = now();
  const finishedAt = toTimestamp(nowMs);
  switch (outcome.kind) {
    case 'unchanged':
      return { ...known, phase: known.phase ?? 'Running' };
    case 'waiting':
      return {
        phase: 'Running',
        ...mergedMetadata(known, outcome.metadata),
        ...(outcome.checkAgainInMs !== undefined && {
          resumeAt: toTimestamp(nowMs + outcome.checkAgainInMs),
        }),
      };
    case 'judged': {
      const isEnded = task.kind === 'terminate' && outcome.phase !== 'Failed';
      const message = isEnded ? 'Metric Terminated' : outcome.message;
      return {
        phase: outcome.phase,
        finishedAt,
        ...(message && { message }),
        ...(outcome.value !== undefined && { value: outcome.value }),
        ...mergedMetadata(known, outcome.metadata),
      };
    }
    default: {
      const judgement = await inTurns(
        judgeResult(outcome, task.metric, nowMs),
        signal,
      );
      return {
        phase: judgement.phase,
        value: outcome.value,
        finishedAt,
        ...('message' in judgement && { message: judgement.message }),
        ...mergedMetadata(known, outcome.metadata),
      };
    }
  }
}

function mergedMetadata(
  known: Partial<Measurement>,
  added: Record<string, string> | undefined,
): Pick<Measurement, 'metadata'> {
  const metadata = { ...known.metadata, ...added };
  return Object.keys(metadata).length > 0 ? { metadata } : {};
}

function withoutResume({
  resumeAt: _,
  ...rest
}: Partial<Measurement>): Partial<Measurement> {
  return rest;
}

function masked(
  { measurement, metadata }: TaskResult,
  secrets: Iterable<string>,
): TaskResult {
  const values = [...secrets];
  const mask = (text: string) => shortenText(redact(text, values, PLACEHOLDER));
  const maskAll = (texts: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(texts).map(([key, text]) => [key, mask(text)]),
    );
  return {
    measurement: {
      ...measurement,
      ...(measurement.message && { message: mask(measurement.message) }),
      ...(measurement.value !== undefined && {
        value: mask(measurement.value),
      }),
      ...(measurement.metadata && { metadata: maskAll(measurement.metadata) }),
    },
    ...(metadata && { metadata: maskAll(metadata) }),
  };
}
