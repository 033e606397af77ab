import { Knex } from 'knex';
import { Claim } from '../../../ports/WorkQueue';
import { claimedRow, later } from '../claimRow';

/** A row that nobody holds and that has not failed. */
const FREE = { lease: null, leased_until: null, attempts: 0, last_error: null };

/**
 * Ends an attempt well; whether somebody asked again. Does nothing when the lease is lost: the row then belongs to
 * who holds it now.
 *
 * @remarks
 * Two statements, each of which decides and acts at once: end the work if nobody asked
 * again; otherwise, and only then, keep the due time that the newer mark has set. They
 * need no transaction, as the row is ours alone until one of them frees it.
 */
export async function settle(
  knex: Knex,
  claim: Claim,
  options: { now: Knex.Raw; next: { afterMs: number } | 'never' },
): Promise<boolean> {
  const { now, next } = options;
  const unasked = claimedRow(knex, claim).where({ wanted: claim.wanted });
  const ended =
    next === 'never'
      ? await unasked.delete()
      : await unasked.update({
          ...FREE,
          due_at: later(knex, now, next.afterMs),
        });
  if (ended > 0) {
    return false;
  }
  const freed = await claimedRow(knex, claim).update(FREE);
  return freed > 0;
}
