import { z } from 'zod';
import { GitAuthor } from '../shared/gitAuthor';

/** Configuration of the step `git-commit`. */
export const GitCommitConfig = z.strictObject({
  path: z.string().min(1),
  message: z.string().min(1),
  author: GitAuthor.optional(),
});
