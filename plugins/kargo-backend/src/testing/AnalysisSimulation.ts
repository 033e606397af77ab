import {
  AnalysisRunSpec,
  AnalysisRunStatus,
  isAnalysisCompleted,
  JsonValue,
  ReadSecret,
  secretRefs,
} from 'backstage-plugin-kargo-common';
import {
  AnyMetricProvider,
  createMetricProvider,
  MetricContext,
  MetricOutcome,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { executeTask } from '../engine/verification/executeTask';
import { runPass } from '../engine/verification/runPass';
import { AnalysisTask } from '../logic/analysis/planTasks';
import { providersOf } from '../logic/analysis/validateMetrics';

/** What a scripted provider answers to one call. */
export type ScriptedOutcome =
  | { kind: 'phase'; phase: 'Successful' | 'Failed' | 'Inconclusive' }
  | { kind: 'error'; message: string }
  | { kind: 'value'; result: JsonValue }
  /** Stays in flight for so many seconds. */
  | { kind: 'waiting'; seconds: number };

/** A run to simulate. */
export interface SimulatedRun {
  spec: AnalysisRunSpec;
  /** By metric, one for each call to measure or resume; the last one repeats if told. */
  script: Readonly<Record<string, readonly ScriptedOutcome[]>>;
  repeatsLast?: boolean;
  /** The second after which termination is asked for. */
  terminateAt?: number;
  /** Metrics that cannot be terminated, and those for which it fails. */
  unstoppable?: readonly string[];
  stubborn?: readonly string[];
  /** Secrets by name and key. */
  secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What became of a simulated run. */
export interface SimulationResult {
  status: AnalysisRunStatus;
  /** By metric: seconds of the calls, `u` before those that resume, `t` those that terminate. */
  calls: Record<string, string[]>;
  /** Second of the end; `undefined` when the run has not ended. */
  endedAt?: number;
}

const START = Date.parse('2026-01-01T00:00:00Z');
/** More passes than any sensible script needs. */
const MAX_PASSES = 5_000;

class Simulation {
  #nowMs = START;
  #status: AnalysisRunStatus = {};
  readonly #calls: Record<string, string[]> = {};
  readonly #taken = new Map<string, number>();
  /** Metrics whose script is at its end. */
  readonly #exhausted = new Set<string>();

  constructor(private readonly run: SimulatedRun) {}

  async play(): Promise<SimulationResult> {
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const before = JSON.stringify(this.#status);
      const wakeAtMs = await this.#pass();
      if (isAnalysisCompleted(this.#status.phase)) {
        return {
          status: this.#status,
          calls: this.#calls,
          endedAt: this.#seconds(),
        };
      }
      if (before === JSON.stringify(this.#status)) {
        const next = this.#nextTime(wakeAtMs);
        if (next === undefined) {
          return { status: this.#status, calls: this.#calls };
        }
        this.#nowMs = next;
      }
    }
    throw new Error('the run does not end');
  }

  async #pass(): Promise<number | undefined> {
    const { spec } = this.run;
    const isTerminated = this.#seconds() >= (this.run.terminateAt ?? Infinity);
    const result = await runPass(
      { ...spec, ...(isTerminated && { terminate: true }) },
      this.#status,
      {
        now: () => this.#nowMs,
        readSecrets: async () => this.#readSecrets(),
        execute: task => this.#execute(task),
        collect: async () => {},
      },
    );
    this.#status = JSON.parse(JSON.stringify(result.status));
    return result.wakeAtMs;
  }

  #readSecrets(): ReadSecret {
    const read: ReadSecret = (name, key) => {
      const data = this.run.secrets?.[name];
      if (!data) throw new Error(`secrets "${name}" not found`);
      if (!(key in data)) {
        throw new Error(`key '${key}' does not exist in secret '${name}'`);
      }
      return data[key];
    };
    secretRefs(this.run.spec.args ?? []).forEach(ref =>
      read(ref.name, ref.key),
    );
    return read;
  }

  #execute(task: AnalysisTask) {
    const [id] = providersOf(task.metric.provider);
    return executeTask(task, {
      providers: new Map([[id, this.#provider(task)]]),
      context: this.#context(task),
      secrets: Object.values(this.run.secrets ?? {}).flatMap(Object.values),
    });
  }

  #context(task: AnalysisTask): MetricContext {
    return {
      project: 'demo',
      analysisRun: { name: 'run', uid: 'uid' },
      metric: { name: task.metric.name },
      number: task.number,
      now: () => this.#nowMs,
      signal: new AbortController().signal,
    } as Partial<MetricContext> as MetricContext;
  }

  #provider({ metric: { name } }: AnalysisTask): AnyMetricProvider {
    const isUnstoppable =
      this.run.unstoppable?.includes(name) || this.#exhausted.has(name);
    return createMetricProvider({
      id: 'scripted',
      description: 'Answers what is written.',
      config: z.unknown(),
      measure: async () => this.#next(name, ''),
      resume: async () => this.#next(name, 'u'),
      ...(!isUnstoppable && { terminate: async () => this.#terminate(name) }),
    }) as AnyMetricProvider;
  }

  #next(name: string, mark: string): MetricOutcome {
    const { script, repeatsLast } = this.run;
    const outcomes = script[name] ?? [];
    const taken = this.#taken.get(name) ?? 0;
    const index = repeatsLast ? Math.min(taken, outcomes.length - 1) : taken;
    const outcome = outcomes.at(index);
    this.#taken.set(name, taken + 1);
    if (!outcome || index >= outcomes.length) {
      // What nobody wrote down is a measurement that does not end.
      this.#exhausted.add(name);
      return { kind: 'waiting' };
    }
    this.#note(name, mark);
    return toOutcome(outcome);
  }

  #terminate(name: string): MetricOutcome {
    this.#note(name, 't');
    if (this.run.stubborn?.includes(name)) {
      throw new Error('delete failed');
    }
    return { kind: 'judged', phase: 'Inconclusive' };
  }

  #note(name: string, mark: string): void {
    this.#calls[name] = [
      ...(this.#calls[name] ?? []),
      `${mark}${this.#seconds()}`,
    ];
  }

  #seconds(): number {
    return (this.#nowMs - START) / 1_000;
  }

  /** The next time at which something is due, termination included. */
  #nextTime(wakeAtMs: number | undefined): number | undefined {
    const { terminateAt } = this.run;
    const times = [
      wakeAtMs,
      terminateAt === undefined ? undefined : START + terminateAt * 1_000,
    ].filter(time => time !== undefined && time > this.#nowMs);
    return times.length > 0 ? Math.min(...(times as number[])) : undefined;
  }
}

function toOutcome(outcome: ScriptedOutcome): MetricOutcome {
  switch (outcome.kind) {
    case 'phase':
      return { kind: 'judged', phase: outcome.phase };
    case 'error':
      throw new Error(outcome.message);
    case 'value':
      return {
        kind: 'measured',
        result: outcome.result,
        value: JSON.stringify(outcome.result),
      };
    default:
      return { kind: 'waiting', checkAgainInMs: outcome.seconds * 1_000 };
  }
}

/**
 * Plays a run with scripted measurements and a clock that jumps from one due time to the
 * next. It goes through the passes of the engine, so it is the engine that is tested.
 */
export async function simulateRun(
  run: SimulatedRun,
): Promise<SimulationResult> {
  return new Simulation(run).play();
}
