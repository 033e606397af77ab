import { createStep } from 'backstage-plugin-kargo-node';
import { describeUpdates } from '../../../edits/describeUpdates';
import { updateYamlScalars } from '../../../edits/yaml';
import { editText } from '../shared/editText';
import { YamlUpdateConfig } from './config';

/** Replaces values in a YAML file and leaves every other line as it is. */
export const yamlUpdateStep = createStep({
  id: 'yaml-update',
  description: 'Replaces values in a YAML file, keeping everything else.',
  config: YamlUpdateConfig,
  needs: ['files'],
  async run({ path, updates }, { files }) {
    await editText(files, path, text => updateYamlScalars(text, updates));
    return {
      kind: 'succeeded',
      output: { commitMessage: describeUpdates(path, updates) },
    };
  },
});
