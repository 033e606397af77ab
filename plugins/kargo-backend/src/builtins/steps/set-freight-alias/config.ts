import { z } from 'zod';

/** Configuration of the step `set-freight-alias`. */
export const SetFreightAliasConfig = z.strictObject({
  name: z.string().min(1),
  alias: z.string().min(1),
});
