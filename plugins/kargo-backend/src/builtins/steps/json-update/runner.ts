import { createStep } from 'backstage-plugin-kargo-node';
import { describeUpdates } from '../../../edits/describeUpdates';
import { formatPlainNumber } from '../../../edits/json';
import { editText } from '../shared/editText';
import { JsonUpdateConfig } from './config';

/** Sets values in a JSON file and leaves every other byte as it is. */
export const jsonUpdateStep = createStep({
  id: 'json-update',
  description: 'Sets values in a JSON file, keeping everything else.',
  config: JsonUpdateConfig,
  needs: ['files'],
  workspace: 'writes',
  async run({ path, updates }, context) {
    await editText(context, path, 'json', updates);
    return {
      kind: 'succeeded',
      output: { commitMessage: describeUpdates(path, updates, formatValue) },
    };
  },
});

/** Unlike for YAML, a text is always quoted. */
function formatValue(value: string | number | boolean): string {
  return typeof value === 'number'
    ? formatPlainNumber(value)
    : JSON.stringify(value);
}
