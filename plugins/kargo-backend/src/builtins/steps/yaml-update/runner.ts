import { createStep } from 'backstage-plugin-kargo-node';
import { describeUpdates } from '../../../edits/describeUpdates';
import { editText } from '../shared/editText';
import { YamlUpdateConfig } from './config';

/** Replaces values in a YAML file and leaves every other line as it is. */
export const yamlUpdateStep = createStep({
  id: 'yaml-update',
  description: 'Replaces values in a YAML file, keeping everything else.',
  config: YamlUpdateConfig,
  needs: ['files'],
  workspace: 'writes',
  async run({ path, updates }, context) {
    await editText(context, path, 'yaml', updates);
    return {
      kind: 'succeeded',
      output: { commitMessage: describeUpdates(path, updates) },
    };
  },
});
