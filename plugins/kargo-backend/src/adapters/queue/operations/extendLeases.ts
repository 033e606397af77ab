import { Knex } from 'knex';
import { formatKey } from 'backstage-plugin-kargo-common';
import { Claim, LeaseState } from '../../../ports/WorkQueue';
import { rowsOf } from '../../store/dialect';
import { later, QueueRow } from '../claimRow';

type ExtendedRow = Pick<
  QueueRow,
  'kind' | 'namespace' | 'name' | 'wanted' | 'lease'
>;

/**
 * Prolongs leases, all in one statement, and tells what became of each.
 *
 * @remarks A lease that ran out and that nobody took is still ours: taking it writes
 * another one, so there is no moment in which two hold it.
 */
export async function extendLeases(
  knex: Knex,
  claims: readonly Claim[],
  options: { now: Knex.Raw; leaseForMs: number },
): Promise<LeaseState[]> {
  if (claims.length === 0) {
    return [];
  }
  const result = await knex.raw(
    `update work_queue set leased_until = ?
    where (kind, namespace, name, lease) in (values ${claims
      .map(() => '(?, ?, ?, ?)')
      .join(', ')})
    returning kind, namespace, name, lease, wanted`,
    [
      later(knex, options.now, options.leaseForMs),
      ...claims.flatMap(({ key, lease }) => [
        key.kind,
        key.namespace,
        key.name,
        lease,
      ]),
    ],
  );
  const byKey = new Map(
    rowsOf<ExtendedRow>(result).map(row => [formatKey(row), row]),
  );
  return claims.map(claim => {
    const row = byKey.get(formatKey(claim.key));
    if (row?.lease !== claim.lease) {
      return 'lost';
    }
    return row.wanted === claim.wanted ? 'ours' : 'askedAgain';
  });
}
