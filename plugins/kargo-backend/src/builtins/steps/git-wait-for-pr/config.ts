import { z } from 'zod';
import { StepDuration } from '../shared/goDuration';
import { PULL_REQUEST_FIELDS } from '../shared/pullRequest';

/** Configuration of the step `git-wait-for-pr`. */
export const GitWaitForPrConfig = z.strictObject({
  ...PULL_REQUEST_FIELDS,
  prNumber: z.int().min(1),
  pollInterval: StepDuration.default('30s'),
});
