import { z } from 'zod';

/** Configuration of the step `helm-template`. */
export const HelmTemplateConfig = z.strictObject({
  path: z.string().min(1),
  outPath: z.string().min(1),
  outLayout: z.enum(['helm', 'flat']).default('helm'),
  releaseName: z.string().min(1),
  useReleaseName: z.boolean().default(false),
  namespace: z.string().optional(),
  valuesFiles: z.array(z.string().min(1)).default([]),
  ignoreMissingValueFiles: z.boolean().default(false),
  setValues: z
    .array(
      z.strictObject({
        key: z.string().min(1),
        value: z.string(),
        literal: z.boolean().default(false),
      }),
    )
    .default([]),
  buildDependencies: z.boolean().default(false),
  includeCRDs: z.boolean().default(false),
  disableHooks: z.boolean().default(false),
  skipTests: z.boolean().default(false),
  kubeVersion: z.string().optional(),
  apiVersions: z.array(z.string().min(1)).default([]),
});

/** Configuration of the step `helm-template` with its defaults filled in. */
export type ParsedHelmTemplateConfig = z.output<typeof HelmTemplateConfig>;
