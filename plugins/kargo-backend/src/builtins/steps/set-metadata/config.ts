import { z } from 'zod';

/** Configuration of the step `set-metadata`. */
export const SetMetadataConfig = z.strictObject({
  updates: z
    .array(
      z.strictObject({
        kind: z.enum(['Stage', 'Freight']),
        name: z.string().min(1),
        values: z
          .record(z.string(), z.json())
          .refine(values => Object.keys(values).length > 0, {
            error: 'Must have at least 1 properties',
          }),
      }),
    )
    .min(1),
});
