import { z } from 'zod';

/** Configuration of the step `kustomize-build`. */
export const KustomizeBuildConfig = z.strictObject({
  path: z.string().min(1),
  outPath: z.string().min(1),
  outputFormat: z.enum(['kargo', 'kustomize']).default('kargo'),
  plugin: z
    .strictObject({
      helm: z
        .strictObject({
          apiVersions: z.array(z.string().min(1)).default([]),
          kubeVersion: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});
