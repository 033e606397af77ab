import { DiscoveredArtifacts } from 'backstage-plugin-kargo-common';
import { compile } from 'backstage-plugin-kargo-expr';
import { readVerdict } from '../logic/selection/filterVerdict';
import { CRITERIA_FUNCTIONS } from './functionSets';
import { LookupTable } from './lookups';

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
