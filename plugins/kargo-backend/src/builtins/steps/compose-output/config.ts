import { z } from 'zod';

/** Configuration of the step `compose-output`: any values under any names. */
export const ComposeOutputConfig = z
  .record(z.string(), z.json())
  .refine(outputs => Object.keys(outputs).length > 0, {
    error: 'Must have at least 1 properties',
  });
