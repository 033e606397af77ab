import { AnyMetricProvider } from 'backstage-plugin-kargo-node';
import { webProvider } from './web/provider';

/** The metric providers that need nothing but what they are told. */
export const builtinMetricProviders: readonly AnyMetricProvider[] = [
  webProvider,
];
