import { keyOf, type Resource } from 'backstage-plugin-kargo-common';
import { toColumns } from 'backstage-plugin-kargo-backend/src/adapters/store/conversion';
import { SecretCipher } from 'backstage-plugin-kargo-backend/src/adapters/store/SecretCipher';
import { TermRules } from 'backstage-plugin-kargo-backend/src/adapters/store/terms';
import {
  insertTerms,
  toTermRows,
} from 'backstage-plugin-kargo-backend/src/adapters/store/writeTerms';
import { INDEXES } from 'backstage-plugin-kargo-backend/src/engine/indexes';
import type { Knex } from 'knex';

const ROWS_PER_TRANSACTION = 2_000;
const ROWS_PER_STATEMENT = 100;

/**
 * Puts resources straight into the tables, as creating them one by one would take longer
 * than everything that is measured.
 */
export async function seed(
  knex: Knex,
  resources: Iterable<Resource>,
): Promise<void> {
  let batch: Resource[] = [];
  let id = 0;
  const flush = async () => {
    const first = id + 1;
    id += batch.length;
    await knex.transaction(tx => insertBatch(tx, batch, first));
    batch = [];
  };
  for (const resource of resources) {
    batch.push(resource);
    if (batch.length === ROWS_PER_TRANSACTION) {
      await flush();
    }
  }
  await flush();
  if (knex.client.dialect === 'postgresql') {
    await knex.raw(
      "select setval(pg_get_serial_sequence('resources', 'id'), ?)",
      [id],
    );
    // What the server's own housekeeping does within a minute.
    await knex.raw('vacuum analyze');
  }
}

async function insertBatch(
  tx: Knex.Transaction,
  batch: readonly Resource[],
  firstId: number,
): Promise<void> {
  const rules = TermRules.create(INDEXES);
  const secrets = SecretCipher.create({ keys: [] });
  const rows = batch.map((resource, index) => ({
    ...keyOf(resource),
    ...toColumns({ ...resource }, keyOf(resource), secrets),
    id: firstId + index,
    uid: resource.metadata.uid,
    revision: 1,
  }));
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await tx('resources').insert(rows.slice(start, start + ROWS_PER_STATEMENT));
  }
  const terms = batch.flatMap((resource, index) =>
    toTermRows(keyOf(resource), firstId + index, rules.termsOf(resource)),
  );
  await insertTerms(tx, terms);
}
