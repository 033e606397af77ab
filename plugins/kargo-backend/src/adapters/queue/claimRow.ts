import { Knex } from 'knex';
import { Claim } from '../../ports/WorkQueue';

/** A 64-bit column, which PostgreSQL's driver hands out as text. */
type DatabaseInteger = number | string;

/** A row of `work_queue`. */
export interface QueueRow {
  kind: string;
  namespace: string;
  name: string;
  wanted: string;
  due_at: DatabaseInteger;
  lease: string | null;
  leased_until: DatabaseInteger | null;
  attempts: number;
  last_error: string | null;
}

/** What a claim is made of. */
export type LeasedRow = Pick<
  QueueRow,
  'kind' | 'namespace' | 'name' | 'wanted' | 'attempts'
> & { lease: string; delay: DatabaseInteger };

/** The claim that a row with a fresh lease stands for. */
export function toClaim(row: LeasedRow): Claim {
  return {
    key: { kind: row.kind, namespace: row.namespace, name: row.name },
    wanted: row.wanted,
    lease: row.lease,
    attempts: row.attempts,
    delayMs: Number(row.delay),
  };
}

/** The row of a claim, if its lease is still the one of the claim. */
export function claimedRow(knex: Knex, claim: Claim): Knex.QueryBuilder {
  const { kind, namespace, name } = claim.key;
  return knex('work_queue').where({
    ...{ kind, namespace, name },
    lease: claim.lease,
  });
}

/** Some milliseconds after a point in time, both in SQL; whole, and never before it. */
export function later(knex: Knex, now: Knex.Raw, afterMs: number): Knex.Raw {
  return knex.raw('? + ?', [now, Math.ceil(Math.max(afterMs, 0))]);
}
