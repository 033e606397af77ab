import { isMailAddress } from 'backstage-plugin-kargo-common';
import { z } from 'zod';

/** Who a commit is by, as steps configure it. */
export const GitAuthor = z.strictObject({
  name: z.string().min(1),
  email: z
    .string()
    .refine(isMailAddress, { error: "Does not match format 'email'" }),
  signingKey: z.string().optional(),
});
