import { Knex } from 'knex';
import { SqlWorkQueue } from '../adapters/queue/SqlWorkQueue';
import { migrateDatabase } from '../adapters/store/migrate';
import { SecretCipher } from '../adapters/store/SecretCipher';
import { SqlResourceStore } from '../adapters/store/SqlResourceStore';
import { INDEXES } from '../engine/indexes';
import { Clock } from '../ports/Clock';
import { createMemoryDatabase } from './memoryDatabase';

/** A store with the engine's indexes, in memory, of which nobody is woken; `knex` is to be destroyed. */
export async function openStore(
  clock: Clock,
): Promise<{ knex: Knex; store: SqlResourceStore }> {
  const knex = createMemoryDatabase();
  await migrateDatabase(knex);
  const store = SqlResourceStore.create({
    knex,
    clock,
    indexes: INDEXES,
    wakeups: () => [],
    secrets: SecretCipher.create({ keys: ['k'.repeat(32)] }),
    queue: SqlWorkQueue.create({ knex, clock }),
  });
  return { knex, store };
}
