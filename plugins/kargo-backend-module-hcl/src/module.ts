import { createBackendModule } from '@backstage/backend-plugin-api';
import { kargoStepsExtensionPoint } from 'backstage-plugin-kargo-node';
import { hclUpdateStep } from './hclUpdate';

/** Adds the step `hcl-update`. @public */
export const kargoModuleHcl = createBackendModule({
  pluginId: 'kargo',
  moduleId: 'hcl',
  register(env) {
    env.registerInit({
      deps: { steps: kargoStepsExtensionPoint },
      async init({ steps }) {
        steps.addSteps(hclUpdateStep);
      },
    });
  },
});
