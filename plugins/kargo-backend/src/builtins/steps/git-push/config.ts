import { z } from 'zod';
import { countGiven, oneOf } from '../shared/oneOf';
import { BranchName, TagName } from '../shared/refNames';

/** Configuration of the step `git-push`. */
export const GitPushConfig = oneOf(
  z.strictObject({
    path: z.string().min(1),
    targetBranch: BranchName.optional(),
    generateTargetBranch: z.boolean().default(false),
    tag: TagName.optional(),
    force: z.boolean().default(false),
    maxAttempts: z.int().min(1).max(2_147_483_647).default(10),
    provider: z
      .enum(['azure', 'bitbucket', 'gitea', 'github', 'gitlab'])
      .optional(),
  }),
  ({ targetBranch, generateTargetBranch, tag, force }) =>
    countGiven(targetBranch, generateTargetBranch, tag) <= 1 &&
    countGiven(tag, force) <= 1,
  'give at most one of "targetBranch", "generateTargetBranch: true" and "tag", and no "force: true" with a "tag"',
);
