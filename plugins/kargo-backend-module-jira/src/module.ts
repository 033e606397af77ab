import { createBackendModule } from '@backstage/backend-plugin-api';
import { kargoStepsExtensionPoint } from 'backstage-plugin-kargo-node';
import { jiraStep } from './jiraStep';

/** Adds the step `jira`. @public */
export const kargoModuleJira = createBackendModule({
  pluginId: 'kargo',
  moduleId: 'jira',
  register(env) {
    env.registerInit({
      deps: { steps: kargoStepsExtensionPoint },
      async init({ steps }) {
        steps.addSteps(jiraStep);
      },
    });
  },
});
