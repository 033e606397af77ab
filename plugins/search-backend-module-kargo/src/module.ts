import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { searchIndexRegistryExtensionPoint } from '@backstage/plugin-search-backend-node/alpha';
import { KargoCollatorFactory } from './KargoCollatorFactory';
import { readConfig } from './readConfig';

/** Lets the search find what Kargo knows. @public */
export const searchModuleKargoCollator = createBackendModule({
  pluginId: 'search',
  moduleId: 'kargo-collator',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        indexRegistry: searchIndexRegistryExtensionPoint,
        scheduler: coreServices.scheduler,
      },
      async init({ auth, config, discovery, indexRegistry, scheduler }) {
        const { schedule, ...options } = readConfig(config);
        indexRegistry.addCollator({
          schedule: scheduler.createScheduledTaskRunner(schedule),
          factory: KargoCollatorFactory.create({ auth, discovery, ...options }),
        });
      },
    });
  },
});
