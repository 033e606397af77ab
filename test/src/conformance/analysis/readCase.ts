import {
  AnalysisArgument,
  AnalysisMetric,
  AnalysisTemplateSpec,
  JsonValue,
} from 'backstage-plugin-kargo-common';
import {
  ScriptedOutcome,
  SimulatedRun,
} from 'backstage-plugin-kargo-backend/src/testing/AnalysisSimulation';
import {
  mergeTemplates,
  supplyArgs,
} from 'backstage-plugin-kargo-backend/src/logic/analysis/mergeTemplates';

/**
 * One case of a corpus of analysis runs.
 *
 * @remarks
 * Measurements are taken when the engine takes them; `at` says when that is, for readers. A
 * metric that has more to measure than is written down goes on measuring, unless the last
 * one repeats.
 */
export interface AnalysisCase {
  id?: string;
  /** The spec of a template, or a template; several are merged. */
  template?: Template;
  templates?: Template[];
  /** Values for the arguments of the template. */
  args?: Record<string, string>;
  measurements?: Record<string, WrittenMeasurement[]>;
  /** Secrets by name and key. */
  secrets?: SimulatedRun['secrets'];
  repeatsLast?: boolean;
  terminateAt?: number;
  unstoppable?: string[];
  stubborn?: string[];
  expect: Expectation;
}

type Template = AnalysisTemplateSpec | { spec: AnalysisTemplateSpec };

/** A measurement as it is written down: `phase` decides, else the conditions judge `value`. */
interface WrittenMeasurement {
  phase?: string;
  /** What was measured; a text that is JSON, or a number such as `NaN`, is that value. */
  value?: JsonValue;
  /** As `value`, with texts that stay texts. */
  result?: JsonValue;
  /** Of an error. */
  message?: string;
  /** Seconds, of one that is `Running`. */
  resumeAfter?: number;
  at?: number | string;
}

/** Counters by name. */
type Counts = Record<string, number>;

/** What has to become of the run; what is left out is not looked at. */
export interface Expectation {
  phase: string;
  message?: string;
  /** By metric; or, without naming one, of the only metric or of the summary. */
  counts?: Counts | Record<string, Counts>;
  /** Phases by metric; null: it was never measured. */
  metrics?: Record<string, string | null>;
  /** Seconds of the calls by metric; `u` before those that resume, `t` those that terminate. */
  at?: Record<string, string[]>;
  /** Measurements that are kept, by metric. */
  kept?: Record<string, number>;
  endsAt?: number;
  /** Whether the time of the end is known. */
  isCompleted?: boolean;
}

/** The run that a case describes. @throws Error when its templates do not fit */
export function readRun(written: AnalysisCase): SimulatedRun {
  const { template, templates = template ? [template] : [] } = written;
  const [first, ...others] = templates.map(specOf);
  const spec = others.length > 0 ? mergeTemplates([first, ...others]) : first;
  const metrics = (spec.metrics ?? []).map(withProvider);
  return {
    spec: { ...spec, metrics, args: argsOf(spec.args ?? [], written.args) },
    script: Object.fromEntries(
      Object.entries(written.measurements ?? {}).map(([name, list]) => [
        name,
        list.map(toOutcome),
      ]),
    ),
    repeatsLast: written.repeatsLast,
    terminateAt: written.terminateAt,
    unstoppable: written.unstoppable,
    stubborn: written.stubborn,
    secrets: written.secrets,
  };
}

function specOf(template: Template): AnalysisTemplateSpec {
  return 'spec' in template ? template.spec : template;
}

/** Runs without args are made as they are: what is left out shows when they run. */
function argsOf(
  args: AnalysisArgument[],
  values: Record<string, string> | undefined,
): AnalysisArgument[] {
  return values ? supplyArgs(args, values) : args;
}

function withProvider(metric: AnalysisMetric): AnalysisMetric {
  return { ...metric, provider: metric.provider ?? {} };
}

const SPECIAL: Readonly<Record<string, number>> = {
  NaN,
  Inf: Infinity,
  '+Inf': Infinity,
  '-Inf': -Infinity,
};

function toOutcome(written: WrittenMeasurement): ScriptedOutcome {
  const { phase, message, resumeAfter } = written;
  switch (phase) {
    case undefined:
    case '':
      return { kind: 'value', result: valueOf(written) };
    case 'Successful':
    case 'Failed':
    case 'Inconclusive':
      return { kind: 'phase', phase };
    case 'Error':
      return { kind: 'error', message: message ?? 'boom' };
    case 'Running':
    case 'Pending':
      return { kind: 'waiting', seconds: resumeAfter ?? 0 };
    default:
      throw new Error(`unknown phase '${phase}' of a measurement`);
  }
}

function valueOf({ result, value }: WrittenMeasurement): JsonValue {
  if (result !== undefined) {
    return result;
  }
  if (typeof value !== 'string') {
    return value ?? null;
  }
  if (Object.hasOwn(SPECIAL, value)) {
    return SPECIAL[value];
  }
  try {
    return JSON.parse(value);
  } catch {
    // A text, then.
    return value;
  }
}
