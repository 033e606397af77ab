import { AnalysisMetric, JsonValue } from 'backstage-plugin-kargo-common';
import type { MetricOutcome } from 'backstage-plugin-kargo-node';
import {
  compile,
  FunctionDeclaration,
  isExpressionError,
  parseNumber,
  Program,
  Signature,
  Type,
  typeName,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import { CompiledCache } from './CompiledCache';

/** What the conditions of a metric say about a measured value. */
export type Judgement =
  | { phase: 'Successful' | 'Failed' | 'Inconclusive' }
  | { phase: 'Error'; message: string };

/** What one condition may use: what is measured can have a hundred thousand elements. */
const LIMITS = { steps: 500_000, memory: 500_000, stringLength: 1_000_000 };

const NUMBERS = Types.listOf(Types.float);

/** What was measured, as far as conditions see it: JSON, in which numbers may be NaN and infinite. */
export type Measured = Pick<
  Extract<MetricOutcome, { kind: 'measured' }>,
  'result' | 'elements'
>;

/** Tells which condition is wrong, and how. */
class ConditionError extends Error {}

/**
 * Judges a measured value by the conditions of its metric, of which each is a slice: others
 * may go on before it.
 *
 * @remarks
 * Without conditions everything is a success. Both are evaluated where both are there, so
 * that a broken one shows. Upstream: `isNil()` and `default()` look at the whole result,
 * whatever they are given, and the type of the result is known before the run, so that a
 * comparison of a number with a text is an error.
 *
 * @param nowMs - epoch milliseconds for `now()`
 */
export function* judgeResult(
  measured: Measured,
  {
    successCondition,
    failureCondition,
  }: Pick<AnalysisMetric, 'successCondition' | 'failureCondition'>,
  nowMs: number,
): Generator<undefined, Judgement, undefined> {
  yield;
  try {
    const hasSucceeded = successCondition
      ? evaluate('successCondition', successCondition, measured, nowMs)
      : undefined;
    yield;
    const hasFailed = failureCondition
      ? evaluate('failureCondition', failureCondition, measured, nowMs)
      : undefined;
    return { phase: phaseOf(hasSucceeded, hasFailed) };
  } catch (error) {
    if (error instanceof ConditionError) {
      return { phase: 'Error', message: error.message };
    }
    throw error;
  }
}

function phaseOf(
  hasSucceeded: boolean | undefined,
  hasFailed: boolean | undefined,
): 'Successful' | 'Failed' | 'Inconclusive' {
  if (hasFailed) {
    return 'Failed';
  }
  if (hasSucceeded === false) {
    return hasFailed === false ? 'Inconclusive' : 'Failed';
  }
  return 'Successful';
}

function evaluate(
  field: 'successCondition' | 'failureCondition',
  source: string,
  measured: Measured,
  nowMs: number,
): boolean {
  const { result } = measured;
  try {
    const verdict = programOf(source, typeOf(measured)).run(
      { result: result as Value },
      {
        now: new Date(nowMs),
        host: { result } satisfies Host,
        limits: LIMITS,
      },
    );
    if (typeof verdict === 'boolean') {
      return verdict;
    }
    throw new ConditionError(`expected bool, but got ${typeName(verdict)}`);
  } catch (error) {
    if (!isExpressionError(error) && !(error instanceof ConditionError)) {
      throw error;
    }
    const isEmpty =
      result === null || (Array.isArray(result) && result.length === 0);
    const cause = isEmpty
      ? 'metric result is nil or empty: no data returned from the metric provider'
      : (error as Error).message;
    throw new ConditionError(
      `could not evaluate ${field} ${JSON.stringify(source)}: ${cause}`,
    );
  }
}

/** What the functions of conditions look at. */
interface Host {
  result: JsonValue;
}

function wholeResult(host: unknown): JsonValue {
  return (host as Host).result;
}

function taking(result: Type, ...parameters: Type[]): Signature[] {
  return parameters.map(parameter => ({ parameters: [parameter], result }));
}

const FUNCTIONS: FunctionDeclaration[] = [
  {
    name: 'asInt',
    overloads: taking(Types.int, Types.int, Types.float, Types.string),
    call: ([value]) => toInt(value),
  },
  {
    name: 'asFloat',
    overloads: taking(Types.float, Types.int, Types.float, Types.string),
    call: ([value]) => toFloat(value),
  },
  {
    name: 'isNaN',
    overloads: taking(Types.bool, Types.float),
    call: ([value]) => Number.isNaN(value),
  },
  {
    name: 'isInf',
    overloads: taking(Types.bool, Types.float),
    call: ([value]) => value === Infinity || value === -Infinity,
  },
  {
    name: 'isNil',
    overloads: taking(Types.bool, Types.unknown),
    call: (_, host) => wholeResult(host) === null,
  },
  {
    name: 'default',
    overloads: [
      { parameters: [Types.unknown, Types.unknown], result: Types.unknown },
    ],
    call: ([, fallback], host) =>
      wholeResult(host) === null ? fallback : (wholeResult(host) as Value),
  },
];

/** Leading zeros are no matter; what is longer is no sensible number. */
const WHOLE_NUMBER = /^[+-]?\d{1,100}$/;

function toInt(value: Value): bigint {
  if (typeof value === 'bigint') {
    return value;
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    return inRange(BigInt(Math.trunc(value)));
  }
  if (typeof value === 'string' && WHOLE_NUMBER.test(value)) {
    return inRange(BigInt(value.replace(/^\+/, '')));
  }
  throw new Error('the value is no whole number');
}

function inRange(number: bigint): bigint {
  if (BigInt.asIntN(64, number) !== number) {
    throw new Error('the number is too large');
  }
  return number;
}

function toFloat(value: Value): number {
  if (typeof value !== 'string') {
    return Number(value);
  }
  const number = parseNumber(value);
  if (number === undefined) {
    throw new Error('the text is no number');
  }
  return number;
}

const programs = new CompiledCache<Program>();

function programOf(source: string, type: Type): Program {
  const isOfNumbers = type === NUMBERS;
  return programs.get(`${type.kind} ${isOfNumbers} ${source}`, () =>
    compile(source, {
      functions: FUNCTIONS,
      variables: new Map([['result', type]]),
    }),
  );
}

function typeOf({ result, elements }: Measured): Type {
  switch (typeof result) {
    case 'boolean':
      return Types.bool;
    case 'number':
      return Types.float;
    case 'string':
      return Types.string;
    default:
      if (result === null) {
        return Types.nil;
      }
      if (Array.isArray(result)) {
        return elements === 'number' ? NUMBERS : Types.list;
      }
      return Types.map;
  }
}
