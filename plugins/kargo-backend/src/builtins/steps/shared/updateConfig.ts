import { z } from 'zod';

/** Configuration of the steps that replace values in a structured file. */
export const UpdateConfig = z.strictObject({
  path: z.string().min(1),
  updates: z
    .array(z.strictObject({ key: z.string().min(1), value: z.json() }))
    .min(1),
});
