import { z } from 'zod';

/** Configuration of the step `file-write`. */
export const FileWriteConfig = z.strictObject({
  path: z.string().min(1),
  contents: z.string(),
  permissions: z
    .string()
    .regex(/^0[0-7]{3}$/)
    .default('0600'),
  overwrite: z.boolean().default(false),
});
