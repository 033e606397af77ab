import { z } from 'zod';

/** What the provider `wavefront` is told. */
export const WavefrontConfig = z.object({
  /** The host, also the key of the token in the Secret `wavefront-api-tokens`. */
  address: z.string().min(1),
  query: z.string().min(1),
});
