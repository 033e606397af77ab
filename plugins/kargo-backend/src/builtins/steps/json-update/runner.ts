import { createStep } from 'backstage-plugin-kargo-node';
import { describeUpdates } from '../../../edits/describeUpdates';
import { formatPlainNumber, updateJson } from '../../../edits/json';
import { editing } from '../shared/editFailure';
import { readTextFile } from '../shared/textFile';
import { JsonUpdateConfig } from './config';

/** Sets values in a JSON file and leaves every other byte as it is. */
export const jsonUpdateStep = createStep({
  id: 'json-update',
  description: 'Sets values in a JSON file, keeping everything else.',
  config: JsonUpdateConfig,
  async run({ path, updates }, { workDir }) {
    const file = await readTextFile(workDir, path);
    await file.replace(editing(path, () => updateJson(file.text, updates)));
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
