import { createStep } from 'backstage-plugin-kargo-node';
import { describeUpdates } from '../../../edits/describeUpdates';
import { formatTomlValue } from '../../../edits/toml';
import { editText } from '../shared/editText';
import { TomlUpdateConfig } from './config';

/** Replaces values in a TOML file and leaves every other byte as it is. */
export const tomlUpdateStep = createStep({
  id: 'toml-update',
  description: 'Replaces values in a TOML file, keeping everything else.',
  config: TomlUpdateConfig,
  needs: ['files'],
  workspace: 'writes',
  async run({ path, updates }, context) {
    await editText(context, path, 'toml', updates);
    return {
      kind: 'succeeded',
      output: {
        commitMessage: describeUpdates(path, updates, formatTomlValue),
      },
    };
  },
});
