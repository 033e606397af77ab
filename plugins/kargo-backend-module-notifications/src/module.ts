import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { connectKargo } from 'backstage-plugin-kargo-node';
import { KargoNotifier } from './KargoNotifier';
import { NoticeDelivery } from './NoticeDelivery';
import { NoticeSender } from './NoticeSender';
import { readConfig } from './readConfig';
import { Reminders } from './Reminders';
import { EVENTS_TOPIC } from './toldEvent';

/** Notifies people of what needs them. @public */
export const kargoModuleNotifications = createBackendModule({
  pluginId: 'kargo',
  moduleId: 'notifications',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        notifications: notificationService,
      },
      async init(services) {
        const { auth, discovery, events, lifecycle, logger, notifications } =
          services;
        const config = readConfig(services.config);
        const now = () => Date.now();
        const reminders = Reminders.create({ now });
        const sender = NoticeSender.create({ notifications, config, logger });
        const notifier = KargoNotifier.create({
          connect: () => connectKargo({ auth, discovery }),
          delivery: NoticeDelivery.create({ sender, config }),
          reminders,
          config,
          logger,
          now,
        });
        lifecycle.addShutdownHook(() => reminders.stop());
        await events.subscribe({
          // The same in every replica, of which one is given each event.
          id: 'kargo-notifications',
          topics: [EVENTS_TOPIC],
          onEvent: ({ eventPayload }) => notifier.handle(eventPayload),
        });
      },
    });
  },
});
