import { z } from 'zod';
import { TagName } from '../shared/refNames';

/** Configuration of the step `git-tag`; fields it does not know are passed over, as Kargo does. */
export const GitTagConfig = z.object({
  path: z.string().min(1),
  tag: TagName.min(1),
  message: z.string().min(1),
  force: z.boolean().default(false),
});
