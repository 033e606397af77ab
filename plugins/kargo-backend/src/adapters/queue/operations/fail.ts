import { Knex } from 'knex';
import { Claim } from '../../../ports/WorkQueue';
import { claimedRow } from '../claimRow';

/** Enough to recognise an error; some carry the whole answer of a server. */
const LONGEST_ERROR = 2000;

/** Ends an attempt badly: one more failure, due again later. Never removes the row. */
export async function fail(
  knex: Knex,
  claim: Claim,
  options: { error: string; retryAt: number },
): Promise<void> {
  await claimedRow(knex, claim).update({
    lease: null,
    leased_until: null,
    attempts: knex.raw('attempts + 1'),
    last_error: options.error.slice(0, LONGEST_ERROR),
    due_at: Math.ceil(options.retryAt),
  });
}
