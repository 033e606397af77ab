import { isDeepStrictEqual } from 'node:util';
import { Knex } from 'knex';
import { ResourceKey } from 'backstage-plugin-kargo-common';
import { inBatches } from './inBatches';
import { together } from './pipeline';
import { DatabaseInteger, TermRow } from './tables';
import { Terms } from './terms';
import { WrittenChange } from './writeRows';

const ROWS_PER_STATEMENT = 200;

/**
 * Writes the terms of resources, only what differs: a Freight has hundreds of terms and
 * gains one at a time.
 */
export async function writeTerms(
  tx: Knex.Transaction,
  changes: readonly WrittenChange[],
): Promise<void> {
  const deleted = changes.filter(({ change }) => change.type === 'deleted');
  const kept = changes.filter(({ change }) => change.type !== 'deleted');
  const gone = kept.flatMap(
    ({ change, id, termsBefore = {}, termsAfter = {} }) =>
      toTermRows(change.key, id, subtract(termsBefore, termsAfter)),
  );
  const added = kept.flatMap(
    ({ change, id, termsBefore = {}, termsAfter = {} }) =>
      toTermRows(change.key, id, subtract(termsAfter, termsBefore)),
  );
  await together(tx, [
    () => deleteAllTerms(tx, deleted),
    () => deleteTerms(tx, gone),
    () => insertTerms(tx, added),
  ]);
}

async function deleteAllTerms(
  tx: Knex.Transaction,
  deleted: readonly WrittenChange[],
): Promise<void> {
  await inBatches(deleted, ROWS_PER_STATEMENT, async some =>
    tx('resource_terms')
      .whereIn(
        'resource_id',
        some.map(({ id }) => id),
      )
      .delete(),
  );
}

async function deleteTerms(
  tx: Knex.Transaction,
  rows: readonly TermRow[],
): Promise<void> {
  await inBatches(rows, ROWS_PER_STATEMENT, async some =>
    tx('resource_terms')
      .whereIn(
        ['resource_id', 'term', 'value'],
        some.map(({ resource_id, term, value }) => [resource_id, term, value]),
      )
      .delete(),
  );
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

/** Inserts term rows. */
export async function insertTerms(
  tx: Knex.Transaction,
  rows: readonly TermRow[],
): Promise<void> {
  await inBatches(rows, ROWS_PER_STATEMENT, async some =>
    tx('resource_terms').insert(some),
  );
}

/** What only the first terms have. */
function subtract(terms: Terms, others: Terms): Terms {
  const entries = Object.entries(terms).flatMap(([term, values]) => {
    const theirs = others[term] ?? [];
    if (isDeepStrictEqual(values, theirs)) {
      return [];
    }
    const known = new Set(theirs);
    return [[term, values.filter(value => !known.has(value))] as const];
  });
  return Object.fromEntries(entries);
}
