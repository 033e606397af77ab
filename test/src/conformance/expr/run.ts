import { isExpressionError } from 'backstage-plugin-kargo-expr';
import { readEnvironments, readVectors, Vector } from './corpus';
import { EVALUATORS, Evaluator } from './modes';
import { normalise, Notation, readEnvironment, writeValue } from './notation';

/** What came of one vector; `got` is in the notation of the corpus. */
export interface VectorResult {
  readonly vector: Vector;
  readonly passed: boolean;
  readonly got: Notation;
}

/** Runs the vectors of a file, all of them or those that are wanted. */
export function runVectors(
  file: string,
  isWanted: (vector: Vector) => boolean = () => true,
): VectorResult[] {
  const environments = readEnvironments(file);
  return readVectors(file)
    .filter(isWanted)
    .map(vector => {
      const evaluator = EVALUATORS.get(vector.mode);
      if (!evaluator) {
        throw new Error(`${file}:${vector.line}: unknown mode ${vector.mode}`);
      }
      const environment = environments[vector.environment];
      if (environment === undefined) {
        throw new Error(`${file}: unknown environment ${vector.environment}`);
      }
      const got = outcome(evaluator, vector, environment);
      return { vector, got, passed: isExpected(vector.expected, got) };
    });
}

/** Runs a corpus file, printing every vector that fails. */
export async function runExpr(
  file: string,
): Promise<{ passed: number; failed: number }> {
  const results = runVectors(file);
  const failures = results.filter(result => !result.passed);
  for (const { vector, got } of failures) {
    process.stdout.write(`${describeFailure(vector, got)}\n`);
  }
  return {
    passed: results.length - failures.length,
    failed: failures.length,
  };
}

/** One failing vector for people to read. */
export function describeFailure(vector: Vector, got: Notation): string {
  return [
    `${vector.file}:${vector.line} (${vector.mode})`,
    `  expression ${JSON.stringify(vector.expression)}`,
    `  expected   ${JSON.stringify(vector.expected)}`,
    `  got        ${JSON.stringify(got)}`,
  ].join('\n');
}

function outcome(
  evaluator: Evaluator,
  vector: Vector,
  environment: Notation,
): Notation {
  const env = environment === null ? undefined : readEnvironment(environment);
  try {
    return writeValue(evaluator(vector.expression, env));
  } catch (error) {
    const { stage } = error as { stage?: unknown };
    const why = isExpressionError(error) ? error.code : String(error);
    // An error without a stage is no expected one, whatever the vector says.
    return { err: typeof stage === 'string' ? stage : 'crash', why };
  }
}

/** Of errors only the stage counts; one of stage `check` may also surface at run time. */
function isExpected(expected: Notation, got: Notation): boolean {
  const wanted = errorStage(expected);
  const stage = errorStage(got);
  if (wanted !== undefined || stage !== undefined) {
    return wanted === stage || (wanted === 'check' && stage === 'run');
  }
  return JSON.stringify(normalise(expected)) === JSON.stringify(got);
}

/** The stage of an error, undefined of a value. */
export function errorStage(notation: Notation): string | undefined {
  const isObject = typeof notation === 'object' && notation !== null;
  if (!isObject || Array.isArray(notation)) return undefined;
  return typeof notation.err === 'string' ? notation.err : undefined;
}
