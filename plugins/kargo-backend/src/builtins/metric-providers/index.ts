import { AnyMetricProvider } from 'backstage-plugin-kargo-node';
import { createCloudWatchProvider } from './cloud-watch/provider';
import { createDatadogProvider } from './datadog/provider';
import { graphiteProvider } from './graphite/provider';
import { influxdbProvider } from './influxdb/provider';
import { createJobProvider, JobProviderOptions } from './job/provider';
import { kayentaProvider } from './kayenta/provider';
import { newRelicProvider } from './new-relic/provider';
import { createPrometheusProvider } from './prometheus/provider';
import { MetricEnvironment } from './shared/MetricEnvironment';
import { wavefrontProvider } from './wavefront/provider';
import { webProvider } from './web/provider';

/** What the built-in metric providers are built from. */
export interface MetricProviderOptions extends JobProviderOptions {
  environment: MetricEnvironment;
}

/** The built-in metric providers, in alphabetical order. */
export function builtinMetricProviders(
  options: MetricProviderOptions,
): AnyMetricProvider[] {
  const { environment } = options;
  return [
    createCloudWatchProvider(environment),
    createDatadogProvider(environment),
    graphiteProvider,
    influxdbProvider,
    createJobProvider(options),
    kayentaProvider,
    newRelicProvider,
    createPrometheusProvider(environment),
    wavefrontProvider,
    webProvider,
  ];
}
