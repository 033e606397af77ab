import { AnyMetricProvider } from 'backstage-plugin-kargo-node';
import { createJobProvider, JobProviderOptions } from './job/provider';
import { webProvider } from './web/provider';

/** The built-in metric providers, in alphabetical order. */
export function builtinMetricProviders(
  options: JobProviderOptions,
): AnyMetricProvider[] {
  return [createJobProvider(options), webProvider];
}
