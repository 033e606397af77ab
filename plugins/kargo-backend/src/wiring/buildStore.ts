import { DatabaseService, LoggerService } from '@backstage/backend-plugin-api';
import { KINDS } from 'backstage-plugin-kargo-common';
import { AnySubscriptionType } from 'backstage-plugin-kargo-node';
import { createDatabaseNow } from '../adapters/queue/queueTime';
import { SqlWorkQueue } from '../adapters/queue/SqlWorkQueue';
import { isPostgres } from '../adapters/store/dialect';
import { findInstallTime, openDatabase } from '../adapters/store/migrate';
import { ReplicaSignals } from '../adapters/store/ReplicaSignals';
import { SecretCipher } from '../adapters/store/SecretCipher';
import { SqlResourceStore } from '../adapters/store/SqlResourceStore';
import { SqlWebhookDeliveries } from '../adapters/webhooks/SqlWebhookDeliveries';
import { indexesWith } from '../engine/indexes';
import { createWakeupRule } from '../engine/wakeups';
import { Clock } from '../ports/Clock';
import { SecretSealer } from '../ports/SecretSealer';
import { WebhookDeliveries } from '../ports/WebhookDeliveries';
import { KargoConfig } from './readConfig';

/** What the store is built from. */
export interface BuildStoreOptions {
  database: DatabaseService;
  config: KargoConfig;
  clock: Clock;
  logger: LoggerService;
  random: () => number;
  /** Types of subscriptions that extensions add. */
  subscriptionTypes: ReadonlyMap<string, AnySubscriptionType>;
}

/** Opens the database and builds the store and the work queue on it. */
export async function buildStore(options: BuildStoreOptions): Promise<{
  store: SqlResourceStore;
  queue: SqlWorkQueue;
  sealer: SecretSealer;
  deliveries: WebhookDeliveries;
  /** Absent where there are no other replicas. Not started yet. */
  signals?: ReplicaSignals;
  /** Since when there is a store, in epoch milliseconds; `undefined` when nobody knows. */
  installedAt: number | undefined;
  /**
   * Brings under the declarations of this replica what others have written since the last time;
   * absent where there are no others.
   */
  indexOthersWrites?(): Promise<void>;
  /** What time it is for all replicas, in epoch milliseconds. */
  databaseNow(): Promise<number>;
}> {
  const { config, clock, logger } = options;
  const knex = await openDatabase(options.database);
  const signals = isPostgres(knex)
    ? ReplicaSignals.create({ ...options, knex })
    : undefined;
  const queue = SqlWorkQueue.create({ knex, signals });
  const indexes = indexesWith(options.subscriptionTypes);
  const secrets = SecretCipher.create({ keys: config.encryptionKeys });
  const store = SqlResourceStore.create({
    kinds: Object.keys(KINDS),
    knex,
    clock,
    indexes: indexes.declarations,
    wakeups: createWakeupRule(config.sharedResourcesNamespace),
    ...{ secrets, queue, signals },
    onWritesLost: revision =>
      logger.error(
        'The database has lost the last writes: is this the server that had them, or a backup? The engine goes on from what there is',
        { revision },
      ),
  });
  if (!isPostgres(knex)) {
    // An embedded database has no replicas: after a crash nobody waits for leases to end.
    await queue.releaseAll();
  }
  let indexed = await store.readRevision();
  await store.rebuildIndexes(indexes.version);
  if (config.encryptionKeys.length > 1) {
    const report = await store.rotateSecrets();
    logger.info('Re-encrypted secrets with the current key', { ...report });
  }
  return {
    store,
    queue,
    sealer: secrets,
    deliveries: SqlWebhookDeliveries.create({ knex }),
    signals,
    installedAt: await findInstallTime(knex),
    ...(isPostgres(knex) && {
      indexOthersWrites: async () => {
        indexed = await store.indexOthersWrites(indexes.version, indexed);
      },
    }),
    databaseNow: createDatabaseNow(knex),
  };
}
