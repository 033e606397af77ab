import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { kargoStepsExtensionPoint } from 'backstage-plugin-kargo-node';
import { createReleaseNotesStep } from './releaseNotes';

/** Adds the step `acme-release-notes`. @public */
export const kargoModuleAcme = createBackendModule({
  pluginId: 'kargo',
  moduleId: 'acme',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        steps: kargoStepsExtensionPoint,
      },
      async init({ config, steps }) {
        const baseURL = config.getString('acme.releaseNotes.baseUrl');
        steps.addSteps(createReleaseNotesStep({ baseURL }));
      },
    });
  },
});
