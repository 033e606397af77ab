import { z } from 'zod';
import { StepDuration } from '../shared/goDuration';
import { PULL_REQUEST_FIELDS } from '../shared/pullRequest';

/** Configuration of the step `git-merge-pr`. */
export const GitMergePrConfig = z.strictObject({
  ...PULL_REQUEST_FIELDS,
  prNumber: z.int().min(1),
  mergeMethod: z.string().min(1).optional(),
  wait: z.boolean().default(false),
  deleteSourceBranch: z.boolean().default(false),
  pollInterval: StepDuration.default('10s'),
});
