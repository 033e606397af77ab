import { z } from 'zod';

/** Configuration of the step `tar`. */
export const TarConfig = z.strictObject({
  inPath: z.string().min(1),
  outPath: z.string().min(1),
  ignore: z.string().min(1).optional(),
  gzip: z.boolean().default(false),
});
