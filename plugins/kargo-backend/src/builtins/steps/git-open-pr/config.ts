import { z } from 'zod';
import { PULL_REQUEST_FIELDS } from '../shared/pullRequest';
import { BranchName } from '../shared/refNames';

/** Configuration of the step `git-open-pr`. */
export const GitOpenPrConfig = z.strictObject({
  ...PULL_REQUEST_FIELDS,
  sourceBranch: BranchName.min(1),
  targetBranch: BranchName.min(1),
  title: z.string().min(1).optional(),
  description: z.string().min(1).optional(),
  labels: z.array(z.string().min(1)).default([]),
});
/** Configuration of the step `git-open-pr` with its defaults filled in. */
export type ParsedGitOpenPrConfig = z.output<typeof GitOpenPrConfig>;
