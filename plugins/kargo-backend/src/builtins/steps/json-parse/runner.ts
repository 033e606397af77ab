import { createStep } from 'backstage-plugin-kargo-node';
import { runParseStep } from '../shared/parseStep';
import { JsonParseConfig } from './config';

/** Reads values from a JSON file. */
export const jsonParseStep = createStep({
  id: 'json-parse',
  description: 'Reads values from a JSON file.',
  config: JsonParseConfig,
  needs: ['files'],
  workspace: 'reads',
  run: (config, context) => runParseStep(config, context, 'json'),
});
