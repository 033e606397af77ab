import {
  AnalysisPhase,
  AnalysisRunStatus,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';

const PHASES = [
  'Pending',
  'Running',
  'Successful',
  'Failed',
  'Error',
  'Inconclusive',
] as const;

/** One that nobody knows is one of which nothing is known yet. */
const Phase: z.ZodType<AnalysisPhase> = z
  .enum(PHASES)
  .or(z.literal(''))
  .catch('');
const Text = z.string().optional().catch(undefined);
const Number = z.number().int().optional().catch(undefined);
const Texts = z.record(z.string(), z.string()).optional().catch(undefined);

const Summary = z
  .object({
    count: Number,
    successful: Number,
    failed: Number,
    inconclusive: Number,
    error: Number,
  })
  .optional()
  .catch(undefined);

const Measurement = z.object({
  phase: Phase,
  message: Text,
  value: Text,
  startedAt: Text,
  finishedAt: Text,
  resumeAt: Text,
  metadata: Texts,
});

const MetricResult = z.object({
  name: z.string(),
  phase: Phase,
  message: Text,
  measurements: z.array(Measurement).optional().catch(undefined),
  count: Number,
  successful: Number,
  failed: Number,
  inconclusive: Number,
  error: Number,
  consecutiveError: Number,
  consecutiveSuccess: Number,
  dryRun: z.boolean().optional().catch(undefined),
  metadata: Texts,
});

const Status: z.ZodType<AnalysisRunStatus> = z.object({
  phase: Phase,
  message: Text,
  startedAt: Text,
  completedAt: Text,
  metricResults: z.array(MetricResult).optional().catch(undefined),
  runSummary: Summary,
  dryRunSummary: Summary,
});

/** What is read of an AnalysisRun in a cluster. What cannot be read there is left out. */
export const AnalysisRunSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    creationTimestamp: z.string(),
    annotations: Texts,
  }),
  spec: z
    .object({ terminate: z.boolean().optional().catch(undefined) })
    .default({}),
  status: Status.optional(),
});
/** An AnalysisRun as far as it is read. */
export type ClusterAnalysisRun = z.output<typeof AnalysisRunSchema>;
