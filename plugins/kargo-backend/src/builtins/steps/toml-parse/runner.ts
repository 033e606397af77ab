import { createStep } from 'backstage-plugin-kargo-node';
import { DATA_LIMITS } from '../../../foreign/limits';
import { readToml } from '../../../foreign/toml';
import { runParseStep } from '../shared/parseStep';
import { TomlParseConfig } from './config';

/** Reads values from a TOML file. */
export const tomlParseStep = createStep({
  id: 'toml-parse',
  description: 'Reads values from a TOML file.',
  config: TomlParseConfig,
  needs: ['files'],
  workspace: 'reads',
  run: (config, context) =>
    runParseStep(config, context, (text, signal) =>
      readToml(text, DATA_LIMITS, { signal }),
    ),
});
