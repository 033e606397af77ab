import { CountOptions } from '../../../ports/ResourceIndex';
import { assertStorable } from '../storableText';
import { StoreContext } from '../StoreContext';
import { indexTerm, toTermValue } from '../terms';

/**
 * Counts the resources of a kind, by namespace or index.
 *
 * @throws InputError for an unknown index.
 */
export async function countResources(
  ctx: StoreContext,
  kind: string,
  options: CountOptions = {},
): Promise<number> {
  const { namespace, index } = options;
  assertStorable(namespace ?? '', 'The namespace');
  assertStorable(index?.value ?? '', 'The value of the index');
  const query = ctx
    .knex(index ? 'resource_terms' : 'resources')
    .where({ kind });
  if (index) {
    ctx.rules.assertIndex(kind, index.name);
    query.where({
      term: indexTerm(index.name),
      value: toTermValue(index.value),
    });
  }
  if (namespace !== undefined) {
    query.where({ namespace });
  }
  const [row] = await query.count({ count: '*' });
  return Number(row.count);
}
