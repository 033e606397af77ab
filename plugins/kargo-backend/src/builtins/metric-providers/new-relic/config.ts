import { z } from 'zod';

/** What the provider `newRelic` is told. */
export const NewRelicConfig = z.object({
  query: z.string().min(1),
  /** A Secret of the installation. */
  profile: z.string().default('newrelic'),
  /** Seconds. */
  timeout: z.number().optional(),
});
