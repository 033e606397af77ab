import { z } from 'zod';
import { countGiven, oneOf } from '../shared/oneOf';
import { BranchName } from '../shared/refNames';

/** Configuration of the step `github-push`. */
export const GithubPushConfig = oneOf(
  z.strictObject({
    path: z.string().min(1),
    targetBranch: BranchName.optional(),
    generateTargetBranch: z.boolean().default(false),
    force: z.boolean().default(false),
    maxAttempts: z.int().min(1).max(2_147_483_647).default(10),
    insecureSkipTLSVerify: z.boolean().default(false),
  }),
  ({ targetBranch, generateTargetBranch }) =>
    countGiven(targetBranch, generateTargetBranch) <= 1,
  'give at most one of "targetBranch" and "generateTargetBranch: true"',
);
/** Configuration of the step `github-push` with its defaults filled in. */
export type ParsedGithubPushConfig = z.output<typeof GithubPushConfig>;
