import { Knex } from 'knex';
import { Claim } from '../../../ports/WorkQueue';
import { claimedRow } from '../claimRow';

/** Gives a claim back untouched: its due time has passed, so it is due now. */
export async function release(knex: Knex, claim: Claim): Promise<void> {
  await claimedRow(knex, claim).update({ lease: null, leased_until: null });
}
