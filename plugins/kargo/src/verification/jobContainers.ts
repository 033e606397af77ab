import { AnalysisMetric } from 'backstage-plugin-kargo-common';
import { z } from 'zod';

const Container = z.object({ name: z.string() });
const Job = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        initContainers: z.array(Container).optional(),
        containers: z.array(Container),
      }),
    }),
  }),
});

/** The containers of the job that a metric runs, those that do the work first. */
export function jobContainers({ provider }: AnalysisMetric): string[] {
  const job = Job.safeParse(provider.job);
  if (!job.success) {
    return [];
  }
  const { containers, initContainers = [] } = job.data.spec.template.spec;
  return [...containers, ...initContainers].map(({ name }) => name);
}
