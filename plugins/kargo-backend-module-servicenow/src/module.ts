import { createBackendModule } from '@backstage/backend-plugin-api';
import { kargoStepsExtensionPoint } from 'backstage-plugin-kargo-node';
import {
  createRecordStep,
  deleteRecordStep,
  updateRecordStep,
} from './changeRecords';
import { queryForRecordsStep, waitForConditionStep } from './findRecords';

/** Adds the steps `snow-create`, `snow-update`, `snow-delete` and others of ServiceNow. @public */
export const kargoModuleServicenow = createBackendModule({
  pluginId: 'kargo',
  moduleId: 'servicenow',
  register(env) {
    env.registerInit({
      deps: { steps: kargoStepsExtensionPoint },
      async init({ steps }) {
        steps.addSteps(
          createRecordStep,
          deleteRecordStep,
          queryForRecordsStep,
          updateRecordStep,
          waitForConditionStep,
        );
      },
    });
  },
});
