import { createStep } from 'backstage-plugin-kargo-node';
import { runParseStep } from '../shared/parseStep';
import { TomlParseConfig } from './config';

/** Reads values from a TOML file. */
export const tomlParseStep = createStep({
  id: 'toml-parse',
  description: 'Reads values from a TOML file.',
  config: TomlParseConfig,
  needs: ['files'],
  workspace: 'reads',
  run: (config, context) => runParseStep(config, context, 'toml'),
});
