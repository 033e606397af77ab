import { z } from 'zod';

/** Configuration of the step `git-clear`. */
export const GitClearConfig = z.strictObject({ path: z.string().min(1) });
