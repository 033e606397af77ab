import { z } from 'zod';
import { GitAuthor } from '../shared/gitAuthor';
import { countGiven, oneOf } from '../shared/oneOf';
import { BranchName, TagName } from '../shared/refNames';

const CheckoutConfig = oneOf(
  z.strictObject({
    path: z.string().min(1),
    branch: BranchName.optional(),
    tag: TagName.optional(),
    commit: z.string().optional(),
    create: z.boolean().default(false),
    as: z.string().optional(),
    sparse: z.array(z.string().min(1)).min(1).optional(),
  }),
  ({ branch, tag, commit }) => countGiven(branch, tag, commit) <= 1,
  'give at most one of "branch", "tag" and "commit"',
);

/** Configuration of the step `git-clone`. */
export const GitCloneConfig = z.strictObject({
  repoURL: z.string().min(1),
  insecureSkipTLSVerify: z.boolean().default(false),
  blobless: z.boolean().default(false),
  recurseSubmodules: z.boolean().default(false),
  author: GitAuthor.optional(),
  checkout: z.array(CheckoutConfig).min(1).superRefine(refuseEqualAliases),
});

function refuseEqualAliases(
  checkouts: { as?: string }[],
  context: z.RefinementCtx,
): void {
  checkouts.forEach(({ as }, index) => {
    if (as && checkouts.findIndex(other => other.as === as) < index) {
      context.addIssue({
        code: 'custom',
        path: [index],
        message: `duplicate alias "${as}" at checkout[${index}]`,
      });
    }
  });
}
