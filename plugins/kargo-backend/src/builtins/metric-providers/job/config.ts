import { z } from 'zod';

const strings = z.record(z.string(), z.string()).default({});

/** What the provider `job` is told: a Job of Kubernetes without name and namespace. */
export const JobConfig = z.object({
  metadata: z
    .object({ labels: strings, annotations: strings })
    .nullish()
    .transform(metadata => metadata ?? { labels: {}, annotations: {} }),
  spec: z.record(z.string(), z.json()),
});
