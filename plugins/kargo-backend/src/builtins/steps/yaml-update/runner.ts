import { createStep } from 'backstage-plugin-kargo-node';
import { describeUpdates } from '../../../edits/describeUpdates';
import { updateYamlScalars } from '../../../edits/yaml';
import { editing } from '../shared/editFailure';
import { readTextFile } from '../shared/textFile';
import { YamlUpdateConfig } from './config';

/** Replaces values in a YAML file and leaves every other line as it is. */
export const yamlUpdateStep = createStep({
  id: 'yaml-update',
  description: 'Replaces values in a YAML file, keeping everything else.',
  config: YamlUpdateConfig,
  async run({ path, updates }, { workDir }) {
    const file = await readTextFile(workDir, path);
    await file.replace(
      editing(path, () => updateYamlScalars(file.text, updates)),
    );
    return {
      kind: 'succeeded',
      output: { commitMessage: describeUpdates(path, updates) },
    };
  },
});
