import { z } from 'zod';

/**
 * A variable of a Stage, a template or a step. The value is a template string.
 *
 * @public
 */
export const ExpressionVariable = z.strictObject({
  name: z.string().regex(/^[a-zA-Z_]\w*$/, {
    error:
      'expected a variable name: letters, digits and "_", no leading digit',
  }),
  value: z.string().optional(),
});
/** @public */
export type ExpressionVariable = z.infer<typeof ExpressionVariable>;
