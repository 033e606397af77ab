import {
  AnalysisArgument,
  AnalysisMetric,
  AnalysisRunSpec,
} from '../model/Analysis';

/** What stands for a secret where nothing is measured yet. */
const MASK = 'temp-for-secret';

// Control characters for which JSON has an escape that Go's quoting uses as well.
const QUOTABLE = /[\b\t\n\f\r]/;
const CONTROL = /[\p{Cc}\p{Cs}]/u;
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

/** Reads the value of a Secret's key; throws when there is none. @public */
export type ReadSecret = (name: string, key: string) => string;

/**
 * Replaces the placeholders of a metric (`{{args.x}}`) in every text of it.
 *
 * @remarks
 * Values are inserted once, raw. Every argument must have a value, used or not, and every
 * placeholder must be an argument.
 *
 * @param readSecret - absent: secrets are masked, for whoever only plans
 * @throws Error
 *
 * @public
 */
export function resolveMetric(
  metric: AnalysisMetric,
  args: readonly AnalysisArgument[],
  readSecret?: ReadSecret,
): AnalysisMetric {
  const values = new Map(
    args.map(arg => [`args.${arg.name}`, valueOf(arg, readSecret)]),
  );
  return JSON.parse(substitute(JSON.stringify(metric), values));
}

/**
 * As {@link resolveMetric} for all metrics of a run; masked.
 *
 * @throws Error
 *
 * @public
 */
export function maskMetrics(
  metrics: readonly AnalysisMetric[],
  args: readonly AnalysisArgument[],
): AnalysisMetric[] {
  // Asked for by name, so that it fails also where nothing is measured.
  args.forEach(arg => valueOf(arg));
  return metrics.map(metric => resolveMetric(metric, args));
}

/**
 * The metrics of a run by the names that results, jobs and logs have: placeholders are
 * replaced in the names of metrics and in what providers are told, and secrets are masked.
 * Conditions stay as they are written. Pure.
 *
 * @returns them as they are where arguments are amiss, which ends such a run before it
 *   measures anything
 *
 * @public
 */
export function namedMetrics({
  metrics = [],
  args = [],
}: Pick<AnalysisRunSpec, 'metrics' | 'args'>): AnalysisMetric[] {
  try {
    return maskMetrics(metrics, args).map(({ name, provider }, index) => ({
      ...metrics[index],
      name,
      provider,
    }));
  } catch {
    return metrics;
  }
}

/** The Secrets' keys that arguments refer to. @public */
export function secretRefs(
  args: readonly AnalysisArgument[],
): Array<{ name: string; key: string; optional?: boolean }> {
  return args.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []);
}

function valueOf(arg: AnalysisArgument, readSecret?: ReadSecret): string {
  const ref = arg.valueFrom?.secretKeyRef;
  if (ref) {
    return readSecret ? readSecret(ref.name, ref.key) : MASK;
  }
  if (arg.value === undefined) {
    throw new Error(`argument ${JSON.stringify(arg.name)} was not supplied`);
  }
  return arg.value;
}

/** In the JSON text of a metric, so that it holds for names of members, too. */
function substitute(json: string, values: ReadonlyMap<string, string>): string {
  const pieces: string[] = [];
  let at = 0;
  for (;;) {
    const open = json.indexOf('{{', at);
    if (open < 0) {
      return [...pieces, json.slice(at)].join('');
    }
    const close = json.indexOf('}}', open + 2);
    const tag = json.slice(open + 2, close < 0 ? undefined : close);
    const value = close < 0 ? undefined : values.get(tag.trim());
    if (value === undefined) {
      throw new Error(`failed to resolve {{${shorten(tag)}}}`);
    }
    pieces.push(json.slice(at, open), quote(value, tag.trim()));
    at = close + 2;
  }
}

/** @throws Error for what Go's quoting writes in a form that JSON does not know, as upstream. */
function quote(value: string, tag: string): string {
  for (const character of value) {
    if (!isQuotable(character)) {
      throw new Error(
        `the value of ${tag} holds control characters that a metric cannot carry`,
      );
    }
  }
  return JSON.stringify(value).slice(1, -1);
}

function isQuotable(character: string): boolean {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint > 0xffff) {
    return !UNPRINTABLE.test(character);
  }
  // Of the C1 controls JSON and Go know the same escape.
  const isC1 = codePoint >= 0x80 && codePoint < 0xa0;
  return isC1 || QUOTABLE.test(character) || !CONTROL.test(character);
}

function shorten(tag: string): string {
  return tag.length > 100 ? `${tag.slice(0, 100)}…` : tag;
}
