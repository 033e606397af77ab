import { z } from 'zod';

/** Configuration of the step `copy`. */
export const CopyConfig = z.strictObject({
  inPath: z.string().min(1),
  outPath: z.string().min(1),
  ignore: z.string().min(1).optional(),
});
