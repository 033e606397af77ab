import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../world/paths';
import { ConfigurationKey, readConfigurationModel } from './configurationModel';
import { replaceGeneratedPart } from './generatedPart';
import { renderConfiguration } from './renderConfiguration';

/** Where the page is. */
export const configurationPage = join(
  repositoryRoot,
  'docs/reference/configuration.md',
);

/** Every key that the backend plugin declares. */
export function configurationKeys(): ConfigurationKey[] {
  const source = join(repositoryRoot, 'plugins/kargo-backend/config.d.ts');
  return readConfigurationModel(readFileSync(source, 'utf8'));
}

/** The page as it should be: what people wrote, and the keys as they are declared. */
export function createConfigurationPage(): string {
  const page = readFileSync(configurationPage, 'utf8');
  const part = renderConfiguration(configurationKeys());
  return replaceGeneratedPart(page, part);
}
