import { z } from 'zod';

/** An output of a step that an expression gives. */
export const OutputExpression = z.strictObject({
  name: z.string().min(1),
  fromExpression: z.string().min(1),
});
