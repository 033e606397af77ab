import { createBackendModule } from '@backstage/backend-plugin-api';
import { kargoStepsExtensionPoint } from 'backstage-plugin-kargo-node';
import { dispatchWorkflowStep } from './dispatchWorkflow';
import { waitForWorkflowStep } from './waitForWorkflow';

/** Adds the steps `gha-dispatch-workflow` and `gha-wait-for-workflow`. @public */
export const kargoModuleGithubActions = createBackendModule({
  pluginId: 'kargo',
  moduleId: 'github-actions',
  register(env) {
    env.registerInit({
      deps: { steps: kargoStepsExtensionPoint },
      async init({ steps }) {
        steps.addSteps(dispatchWorkflowStep, waitForWorkflowStep);
      },
    });
  },
});
