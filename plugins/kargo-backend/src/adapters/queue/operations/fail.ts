import { Knex } from 'knex';
import { Claim } from '../../../ports/WorkQueue';
import { claimedRow, later } from '../claimRow';

/** Enough to recognise an error; some carry the whole answer of a server. */
const LONGEST_ERROR = 2000;

/**
 * Ends an attempt badly: one more failure, due again later, sooner when somebody asked
 * meanwhile. Never removes the row.
 *
 * @remarks One statement decides and acts, so no mark falls between the two.
 */
export async function fail(
  knex: Knex,
  claim: Claim,
  options: {
    now: Knex.Raw;
    error: string;
    afterMs: number;
    askedAfterMs: number;
  },
): Promise<void> {
  const { now } = options;
  await claimedRow(knex, claim).update({
    lease: null,
    leased_until: null,
    attempts: knex.raw('attempts + 1'),
    // What others say is in it, and PostgreSQL keeps no NUL: the row would never be given back.
    last_error: options.error
      .slice(0, LONGEST_ERROR)
      .replaceAll('\0', '\ufffd'),
    due_at: knex.raw('case when wanted = ? then ? else ? end', [
      claim.wanted,
      later(knex, now, options.afterMs),
      later(knex, now, options.askedAfterMs),
    ]),
  });
}
