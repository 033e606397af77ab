import { Knex } from 'knex';
import { ResourceKey } from 'backstage-plugin-kargo-common';
import { DatabaseInteger, TermRow } from './tables';
import { Terms } from './terms';

const ROWS_PER_STATEMENT = 200;

/**
 * Writes the terms of a resource, only what differs: a Freight has hundreds of terms and
 * gains one at a time.
 */
export async function writeTerms(
  tx: Knex.Transaction,
  key: ResourceKey,
  id: DatabaseInteger,
  terms: { termsBefore?: Terms; termsAfter?: Terms },
): Promise<void> {
  const { termsBefore = {}, termsAfter } = terms;
  if (!termsAfter) {
    await tx('resource_terms').where({ resource_id: id }).delete();
    return;
  }
  const removed = toTermRows(key, id, subtract(termsBefore, termsAfter));
  for (let start = 0; start < removed.length; start += ROWS_PER_STATEMENT) {
    await tx('resource_terms')
      .where({ resource_id: id })
      .whereIn(
        ['term', 'value'],
        removed
          .slice(start, start + ROWS_PER_STATEMENT)
          .map(({ term, value }) => [term, value]),
      )
      .delete();
  }
  const added = subtract(termsAfter, termsBefore);
  await insertTerms(tx, toTermRows(key, id, added));
}

/** The rows of a resource's terms. */
export function toTermRows(
  key: ResourceKey,
  id: DatabaseInteger,
  terms: Terms,
): TermRow[] {
  return Object.entries(terms).flatMap(([term, values]) =>
    values.map(value => ({ ...key, resource_id: id, term, value })),
  );
}

/** Inserts term rows in statements of a size that every database accepts. */
export async function insertTerms(
  tx: Knex.Transaction,
  rows: readonly TermRow[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const some = rows.slice(start, start + ROWS_PER_STATEMENT);
    await tx('resource_terms').insert(some);
  }
}

/** What only the first terms have. */
function subtract(terms: Terms, others: Terms): Terms {
  const entries = Object.entries(terms).map(
    ([term, values]) =>
      [term, values.filter(value => !others[term]?.includes(value))] as const,
  );
  return Object.fromEntries(entries);
}
