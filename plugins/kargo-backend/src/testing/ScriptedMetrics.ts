import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  AnyMetricProvider,
  createMetricProvider,
  MetricContext,
  MetricOutcome,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';

/**
 * A metric provider `scripted` whose answers a test writes down; the last one repeats.
 */
export class ScriptedMetrics {
  /** By metric; `error` fails to measure, `pending` is asked again in a minute, `waiting` when told. */
  readonly answers: Record<string, JsonValue[]> = {};
  /** Every call, as `metric number`, `metric resumed` or `metric terminated`. */
  readonly calls: string[] = [];
  /** What the metrics were told. */
  readonly told: unknown[] = [];

  readonly provider = createMetricProvider({
    id: 'scripted',
    description: 'Answers what a test has written down.',
    config: z.looseObject({ login: z.string().optional() }),
    measure: async (config, context) => {
      this.told.push(config);
      this.calls.push(`${context.metric.name} ${context.number}`);
      if (config.login) {
        context.secrets.mask(config.login);
      }
      return this.next(context);
    },
    resume: async (_, context) => {
      this.calls.push(`${context.metric.name} resumed`);
      return this.next(context);
    },
    terminate: async (_, context) => {
      this.calls.push(`${context.metric.name} terminated`);
      return { kind: 'judged', phase: 'Inconclusive' };
    },
  }) as AnyMetricProvider;

  private next({ metric }: MetricContext): MetricOutcome {
    const answers = this.answers[metric.name] ?? [];
    const result = answers.length > 1 ? answers.shift() : answers[0];
    switch (result) {
      case undefined:
      case 'waiting':
        return { kind: 'waiting' };
      case 'pending':
        return { kind: 'waiting', checkAgainInMs: 60_000 };
      case 'error':
        throw new Error('the metric cannot be measured');
      default:
        return { kind: 'measured', result, value: JSON.stringify(result) };
    }
  }
}
