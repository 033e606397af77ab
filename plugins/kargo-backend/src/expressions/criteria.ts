import { DiscoveredArtifacts } from 'backstage-plugin-kargo-common';
import { compile } from 'backstage-plugin-kargo-expr';
import { CRITERIA_FUNCTIONS } from './functionSets';
import { LookupTable } from './lookups';
import { parseGoBoolean } from './template';

/**
 * Whether discovered artifacts satisfy a Warehouse's `freightCreationCriteria`.
 *
 * @param expression - without delimiters
 * @throws ExpressionError; Error when the result is neither a boolean nor the text of one
 */
export function evaluateCriteria(
  expression: string,
  discovered: DiscoveredArtifacts,
  nowMs: number,
): boolean {
  const source = expression.trim();
  const program = CRITERIA_FUNCTIONS.expressions.get(source, () =>
    compile(source, { functions: CRITERIA_FUNCTIONS.declarations }),
  );
  const result = program.run(undefined, {
    now: new Date(nowMs),
    host: {
      requests: [],
      freight: [],
      steps: [],
      discovered,
      lookups: new LookupTable(),
    },
  });
  const verdict =
    typeof result === 'boolean' ? result : parseGoBoolean(textOf(result));
  if (verdict === undefined) {
    throw new Error(
      'the Freight creation criteria must be true or false; the expression gives something else',
    );
  }
  return verdict;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ||
    typeof value === 'bigint' ||
    typeof value === 'number'
    ? String(value)
    : '';
}
