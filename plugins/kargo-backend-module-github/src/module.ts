import { createBackendModule } from '@backstage/backend-plugin-api';
import { kargoStepsExtensionPoint } from 'backstage-plugin-kargo-node';
import { createIssueStep } from './createIssue';
import { dispatchWorkflowStep } from './dispatchWorkflow';
import {
  addCommentStep,
  deleteCommentStep,
  updateCommentStep,
} from './issueComments';
import { searchIssuesStep } from './searchIssues';
import { updateIssueStep } from './updateIssue';
import { waitForIssueStateStep } from './waitForIssueState';
import { waitForWorkflowStep } from './waitForWorkflow';

/** Adds steps that work with issues and run workflows on GitHub. @public */
export const kargoModuleGithub = createBackendModule({
  pluginId: 'kargo',
  moduleId: 'github',
  register(env) {
    env.registerInit({
      deps: { steps: kargoStepsExtensionPoint },
      async init({ steps }) {
        steps.addSteps(
          addCommentStep,
          createIssueStep,
          deleteCommentStep,
          dispatchWorkflowStep,
          searchIssuesStep,
          updateCommentStep,
          updateIssueStep,
          waitForIssueStateStep,
          waitForWorkflowStep,
        );
      },
    });
  },
});
