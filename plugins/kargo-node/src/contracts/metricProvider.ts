import { LoggerService } from '@backstage/backend-plugin-api';
import { JsonValue, Measurement } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { HttpClient } from './http';

/**
 * What asking for a measurement came to.
 *
 * @remarks
 * `measured` is judged by the conditions of the metric; `judged` was by whoever was asked;
 * `waiting` is asked again (without `checkAgainInMs` only when something happens). A thrown
 * error means that nothing could be measured, which is counted as such and tried again.
 *
 * @public
 */
export type MetricOutcome =
  | {
      kind: 'measured';
      /** What conditions see as `result`; numbers may be NaN and infinite. */
      result: JsonValue;
      /**
       * What every list of this provider holds, whatever is in this one: conditions that take
       * elements for something else are an error then, not false.
       */
      elements?: 'number';
      /** The same for people. */
      value: string;
      metadata?: Record<string, string>;
    }
  | {
      kind: 'judged';
      phase: 'Successful' | 'Failed' | 'Inconclusive';
      message?: string;
      value?: string;
      metadata?: Record<string, string>;
    }
  | {
      kind: 'waiting';
      checkAgainInMs?: number;
      metadata?: Record<string, string>;
    };

/** Secrets for those who measure. What is read is masked in all that is kept of it. @public */
export interface MetricSecrets {
  /**
   * The decoded data of a Secret of the project, or of the installation.
   *
   * @returns `undefined` when there is no such Secret
   */
  find(
    name: string,
    place: 'project' | 'installation',
  ): Promise<Record<string, string> | undefined>;
  /** Has what was got for a secret, such as a token of a login, masked as well. */
  mask(value: string): void;
}

/** What is measured, and what it may be measured with. @public */
export interface MetricContext {
  project: string;
  analysisRun: { name: string; uid: string; startedAt?: string };
  metric: {
    name: string;
    /** As the manifest has it: `30s`. */
    interval?: string;
  };
  /** Of this measurement among those of the metric, errors included, from 1. */
  number: number;
  http: HttpClient;
  secrets: MetricSecrets;
  /** Fires on shutdown, deletion and lost lease; `http` knows it. */
  signal: AbortSignal;
  logger: LoggerService;
  /** Epoch milliseconds on the engine's clock. */
  now(): number;
}

/**
 * Measures for metrics of AnalysisTemplates.
 *
 * @remarks
 * `measure` may be asked twice for the same measurement, after a crash.
 *
 * @public
 */
export interface MetricProvider<TSchema extends z.ZodType = z.ZodType> {
  /** The key below `provider` of a metric: `web`, `prometheus`, … */
  readonly id: string;
  /** One sentence for people. */
  readonly description: string;
  /** What stands below the key, with placeholders replaced. */
  readonly config: TSchema;
  measure(
    config: z.output<TSchema>,
    context: MetricContext,
  ): Promise<MetricOutcome>;
  /** Looks after a measurement that waits. */
  resume?(
    config: z.output<TSchema>,
    context: MetricContext,
    measurement: Measurement,
  ): Promise<MetricOutcome>;
  /** Ends a measurement that waits; without this it is left behind. */
  terminate?(
    config: z.output<TSchema>,
    context: MetricContext,
    measurement: Measurement,
  ): Promise<MetricOutcome>;
  /** Removes what old measurements left outside; so many of the newest are kept. */
  collect?(context: MetricContext, limit: number): Promise<void>;
  /**
   * Why no such metric can be measured in this installation, in one sentence that says what
   * to configure; asked before a verification begins. Pure. Placeholders are not replaced
   * yet.
   */
  unavailable?(config: z.output<TSchema>): string | undefined;
  /** What is worth knowing of the metric as a whole, such as its query. Pure. */
  describe?(config: z.output<TSchema>): Record<string, string>;
}

/** A metric provider whose config type is no longer of interest. @public */
export type AnyMetricProvider = Omit<
  MetricProvider,
  'measure' | 'resume' | 'terminate' | 'describe' | 'unavailable'
> & {
  measure(config: never, context: MetricContext): Promise<MetricOutcome>;
  resume?(
    config: never,
    context: MetricContext,
    measurement: Measurement,
  ): Promise<MetricOutcome>;
  terminate?(
    config: never,
    context: MetricContext,
    measurement: Measurement,
  ): Promise<MetricOutcome>;
  unavailable?(config: never): string | undefined;
  describe?(config: never): Record<string, string>;
};

/** Declares a metric provider; the config type is inferred from its schema. @public */
export function createMetricProvider<TSchema extends z.ZodType>(
  provider: MetricProvider<TSchema>,
): MetricProvider<TSchema> {
  return provider;
}
