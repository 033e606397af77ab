import { z } from 'zod';

/** Configuration of the step `helm-update-chart`. */
export const HelmUpdateChartConfig = z.strictObject({
  path: z.string().min(1),
  charts: z
    .array(
      z.strictObject({
        repository: z.string().min(1),
        name: z.string().min(1),
        version: z.string().min(1),
      }),
    )
    .min(1)
    .optional(),
});
