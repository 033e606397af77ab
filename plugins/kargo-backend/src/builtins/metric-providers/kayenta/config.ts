import { z } from 'zod';

const Scope = z.object({
  scope: z.string(),
  region: z.string().default(''),
  step: z.number().default(60),
  start: z.string().default(''),
  end: z.string().default(''),
});

/** What the provider `kayenta` is told. */
export const KayentaConfig = z.object({
  address: z.string().min(1),
  application: z.string(),
  canaryConfigName: z.string(),
  metricsAccountName: z.string(),
  configurationAccountName: z.string(),
  storageAccountName: z.string(),
  threshold: z.object({ pass: z.number(), marginal: z.number() }),
  scopes: z
    .array(
      z.object({
        name: z.string(),
        controlScope: Scope,
        experimentScope: Scope,
      }),
    )
    .min(1),
  /** Whether every measurement looks at all since the run began. */
  lookback: z.boolean().default(false),
});
/** As {@link KayentaConfig} is read. */
export type ParsedKayentaConfig = z.output<typeof KayentaConfig>;
