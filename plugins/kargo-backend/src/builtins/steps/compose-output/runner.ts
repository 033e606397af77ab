import { createStep } from 'backstage-plugin-kargo-node';
import { ComposeOutputConfig } from './config';

/** Publishes its evaluated configuration, for later steps or as the result of a task. */
export const composeOutputStep = createStep({
  id: 'compose-output',
  description: 'Publishes values under names of your choice.',
  config: ComposeOutputConfig,
  propagatesOutput: true,
  async run(config) {
    return { kind: 'succeeded', output: config };
  },
});
