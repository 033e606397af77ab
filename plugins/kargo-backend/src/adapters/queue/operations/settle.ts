import { Knex } from 'knex';
import { Claim } from '../../../ports/WorkQueue';
import { inTransaction } from '../../store/transaction';
import { claimedRow } from '../claimRow';

/** A row that nobody holds and that has not failed. */
const FREE = { lease: null, leased_until: null, attempts: 0, last_error: null };

/**
 * Ends an attempt well. Does nothing when the lease is lost: the row then belongs to
 * who holds it now.
 *
 * @remarks
 * Two statements, each of which decides and acts at once: end the work if nobody asked
 * again; otherwise, and only then, keep the due time that the newer mark has set. A
 * mark that comes between them finds the row either gone, and inserts it anew, or
 * without a lease.
 */
export async function settle(
  knex: Knex,
  claim: Claim,
  next: { dueAt: number } | 'never',
): Promise<void> {
  await inTransaction(knex, async tx => {
    const unasked = claimedRow(tx, claim).where({ wanted: claim.wanted });
    const ended =
      next === 'never'
        ? await unasked.delete()
        : await unasked.update({ ...FREE, due_at: Math.ceil(next.dueAt) });
    if (ended === 0) {
      await claimedRow(tx, claim).update(FREE);
    }
  });
}
