import { Knex } from 'knex';
import { Claim } from '../../../ports/WorkQueue';
import { claimedRow } from '../claimRow';

/**
 * Prolongs a lease; `false` when somebody else holds the row or it is gone.
 *
 * @remarks A lease that ran out and that nobody took is still ours: taking it writes
 * another one, so there is no moment in which two hold it.
 */
export async function extendLease(
  knex: Knex,
  claim: Claim,
  leasedUntil: number,
): Promise<boolean> {
  const extended = await claimedRow(knex, claim).update({
    leased_until: leasedUntil,
  });
  return extended === 1;
}
