import { Crowd } from '../../../ports/ResourceIndex';
import { StoreContext } from '../StoreContext';
import { TermRow } from '../tables';
import { indexTerm } from '../terms';

/**
 * The values of an index that more than a number of resources hold, counted by the
 * database in one statement.
 *
 * @throws InputError for an unknown index.
 */
export async function listCrowds(
  ctx: StoreContext,
  kind: string,
  index: string,
  options: { moreThan: number },
): Promise<Crowd[]> {
  ctx.rules.assertIndex(kind, index);
  const rows: Array<
    Pick<TermRow, 'namespace' | 'value'> & { count?: string | number }
  > = await ctx
    .knex<TermRow>('resource_terms')
    .where({ kind, term: indexTerm(index) })
    .select('namespace', 'value')
    .count({ count: '*' })
    .groupBy('namespace', 'value')
    .havingRaw('count(*) > ?', [options.moreThan])
    .orderBy(['namespace', 'value']);
  return rows.map(({ namespace, value, count }) => ({
    namespace,
    value,
    count: Number(count),
  }));
}
