import { z } from 'zod';

/** What the provider `datadog` is told. */
export const DatadogConfig = z.object({
  apiVersion: z.enum(['v1', 'v2']).default('v1'),
  query: z.string().default(''),
  /** By name; of `v2`. */
  queries: z.record(z.string(), z.string()).default({}),
  formula: z.string().default(''),
  aggregator: z
    .enum([
      'avg',
      'min',
      'max',
      'sum',
      'last',
      'percentile',
      'mean',
      'l2norm',
      'area',
    ])
    .optional(),
  /** The time that is looked at, up to now. */
  interval: z.string().default('5m'),
  requestTimeout: z.string().default('10s'),
  secretRef: z
    .object({
      name: z.string().default(''),
      namespaced: z.boolean().default(false),
    })
    .optional(),
});
/** As {@link DatadogConfig} is read. */
export type ParsedDatadogConfig = z.output<typeof DatadogConfig>;
