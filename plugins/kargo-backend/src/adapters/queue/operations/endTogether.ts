import { Knex } from 'knex';
import { formatKey } from 'backstage-plugin-kargo-common';
import { Claim } from '../../../ports/WorkQueue';
import { isPostgres, rowsOf } from '../../store/dialect';
import { claimedRow, QueueRow } from '../claimRow';

type EndedRow = Pick<QueueRow, 'kind' | 'namespace' | 'name'>;

/**
 * Ends attempts well of which nothing is due any more, unless somebody asked again, all in
 * one statement; which of them have ended so.
 *
 * @remarks On PostgreSQL those whose row somebody is marking are left out: waiting for
 * several rows in another order than a mark does could block both.
 */
export async function endTogether(
  knex: Knex,
  claims: readonly Claim[],
): Promise<boolean[]> {
  if (claims.length === 1) {
    const [claim] = claims;
    const ended = await claimedRow(knex, claim)
      .where({ wanted: claim.wanted })
      .delete();
    return [ended > 0];
  }
  const unasked = `(kind, namespace, name, lease, wanted) in (values ${claims
    .map(() => '(?, ?, ?, ?, ?)')
    .join(', ')})`;
  const result = await knex.raw(
    `delete from work_queue where ${
      isPostgres(knex)
        ? `(kind, namespace, name) in (select kind, namespace, name
            from work_queue where ${unasked} for update skip locked)`
        : unasked
    } returning kind, namespace, name`,
    claims.flatMap(({ key: { kind, namespace, name }, lease, wanted }) => [
      ...[kind, namespace, name, lease, wanted],
    ]),
  );
  const ended = new Set(rowsOf<EndedRow>(result).map(formatKey));
  return claims.map(({ key }) => ended.has(formatKey(key)));
}
