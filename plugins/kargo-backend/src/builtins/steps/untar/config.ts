import { z } from 'zod';

/** Configuration of the step `untar`. */
export const UntarConfig = z.strictObject({
  inPath: z.string().min(1),
  outPath: z.string().min(1),
  stripComponents: z.number().int().min(0).default(0),
  ignore: z.string().min(1).optional(),
});
