import { z } from 'zod';

const kubeVersion = z.string().optional();
const apiVersions = z.array(z.string().min(1)).optional();

/** Configuration of the step `kustomize-build`. */
export const KustomizeBuildConfig = z.strictObject({
  path: z.string().min(1),
  outPath: z.string().min(1),
  outputFormat: z.enum(['kargo', 'kustomize']).default('kargo'),
  plugin: z
    .strictObject({
      helm: z.strictObject({ apiVersions, kubeVersion }).optional(),
    })
    .optional(),
  // As Kargo's own pages write them in one word.
  'plugin.helm.apiVersions': apiVersions,
  'plugin.helm.kubeVersion': kubeVersion,
});

/** Configuration of the step `kustomize-build` with its defaults filled in. */
export type ParsedKustomizeBuildConfig = z.output<typeof KustomizeBuildConfig>;
