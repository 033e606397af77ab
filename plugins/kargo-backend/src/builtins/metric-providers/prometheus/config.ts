import { z } from 'zod';
import { Headers, OAuth2 } from '../shared/authentication';

/** What the provider `prometheus` is told. */
export const PrometheusConfig = z.object({
  /** `ARGO_ROLLOUTS_PROMETHEUS_ADDRESS` of the portal's environment unless told. */
  address: z.string().optional(),
  query: z.string().default(''),
  /** Expressions that come to times, and a duration. */
  rangeQuery: z
    .object({ start: z.string(), end: z.string(), step: z.string() })
    .optional(),
  /** Seconds. */
  timeout: z.number().optional(),
  insecure: z.boolean().default(false),
  headers: Headers,
  authentication: z
    .object({
      basicAuth: z
        .object({
          username: z.string().optional(),
          password: z.string().optional(),
        })
        .optional(),
      oauth2: OAuth2.optional(),
      sigv4: z
        .object({
          region: z.string().optional(),
          profile: z.string().optional(),
          roleArn: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});
/** As {@link PrometheusConfig} is read. */
export type ParsedPrometheusConfig = z.output<typeof PrometheusConfig>;
