import { z } from 'zod';

/** Configuration of the step `fail`. */
export const FailConfig = z.strictObject({
  message: z.string().min(1).optional(),
});
