import { Knex } from 'knex';
import { inTransaction } from '../transaction';

/**
 * Makes the next revision one that comes after all that were lost, and refuses watches from
 * them; does nothing where another replica has done it.
 *
 * @param lost - the newest that was given out
 */
export async function passOverRevisions(
  knex: Knex,
  lost: number,
): Promise<void> {
  await inTransaction(knex, tx =>
    tx('store_revision')
      .where({ id: 1 })
      .where('value', '<=', lost)
      // Where a watch stands that was told of all of them, nothing is.
      .update({ value: lost + 1, compacted: lost + 1 }),
  );
}
