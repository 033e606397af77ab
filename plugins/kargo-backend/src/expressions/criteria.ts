import { DiscoveredArtifacts } from 'backstage-plugin-kargo-common';
import { compile } from 'backstage-plugin-kargo-expr';
import { readVerdict } from '../logic/selection/filterVerdict';
import { CRITERIA_FUNCTIONS } from './functionSets';
import { LookupTable } from './lookups';

/** What criteria may use: they are evaluated in one turn, whenever a Warehouse is looked at. */
const LIMITS = { steps: 250_000, memory: 100_000, stringLength: 1_000_000 };

/**
 * Whether discovered artifacts satisfy a Warehouse's `freightCreationCriteria`.
 *
 * @param expression - without delimiters; blanks around it do not matter
 * @throws ExpressionError; InputError when the result is neither a boolean nor the text of one
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
    limits: LIMITS,
    host: {
      requests: [],
      freight: [],
      steps: [],
      discovered,
      lookups: new LookupTable(),
    },
  });
  return readVerdict(result);
}
