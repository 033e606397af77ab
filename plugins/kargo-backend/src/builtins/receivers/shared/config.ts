import { z } from 'zod';

/** What every receiver is configured with, and most with nothing else. */
export const SecretConfig = z.object({
  secretRef: z.object({ name: z.string() }),
});
