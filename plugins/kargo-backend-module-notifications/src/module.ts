import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { notificationService } from '@backstage/plugin-notifications-node';
import { connectKargo } from 'backstage-plugin-kargo-node';
import { randomUUID } from 'node:crypto';
import { EventTeller } from './EventTeller';
import { KargoNotifier } from './KargoNotifier';
import { NoticeSender } from './NoticeSender';
import { readConfig } from './readConfig';
import { openLedgerDatabase, SqlLedger } from './SqlLedger';

/** Notifies people of what needs them. @public */
export const kargoModuleNotifications = createBackendModule({
  pluginId: 'kargo',
  moduleId: 'notifications',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        notifications: notificationService,
      },
      async init(services) {
        const { auth, database, discovery, lifecycle, logger, notifications } =
          services;
        const config = readConfig(services.config);
        if (Object.values(config.kinds).every(({ enabled }) => !enabled)) {
          return;
        }
        const now = () => Date.now();
        const teller = EventTeller.create({
          connect: () => connectKargo({ auth, discovery }),
          ledger: SqlLedger.create({
            knex: await openLedgerDatabase(database),
            replica: randomUUID(),
          }),
          notifier: KargoNotifier.create({ config, now }),
          sender: NoticeSender.create({ notifications, config, logger }),
          logger,
          now,
        });
        lifecycle.addStartupHook(() => teller.start());
        lifecycle.addShutdownHook(() => teller.stop());
      },
    });
  },
});
