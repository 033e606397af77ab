import { createStep } from 'backstage-plugin-kargo-node';
import { runParseStep } from '../shared/parseStep';
import { YamlParseConfig } from './config';

/** Reads values from a YAML file. */
export const yamlParseStep = createStep({
  id: 'yaml-parse',
  description: 'Reads values from a YAML file.',
  config: YamlParseConfig,
  needs: ['files'],
  workspace: 'reads',
  run: (config, context) => runParseStep(config, context, 'yaml'),
});
