import { z } from 'zod';

/** What the provider `influxdb` is told. */
export const InfluxdbConfig = z.object({
  /** In Flux. */
  query: z.string().min(1),
  /** A Secret of the installation. */
  profile: z.string().default('influxdb'),
});
