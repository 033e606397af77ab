import { z } from 'zod';

/**
 * Adds the rule that of several groups of fields only some combinations are allowed, with
 * the message that Kargo's schemas give for it.
 *
 * @param fix - What to give instead, for that message.
 */
export function oneOf<TSchema extends z.ZodType>(
  schema: TSchema,
  isAllowed: (value: z.output<TSchema>) => boolean,
  fix: string,
): TSchema {
  return schema.refine(isAllowed, {
    error: `Must validate one and only one schema (oneOf): ${fix}`,
  });
}

/** How many of the values are given; empty texts and `false` count as absent. */
export function countGiven(
  ...values: (string | boolean | undefined)[]
): number {
  return values.filter(value => Boolean(value)).length;
}
