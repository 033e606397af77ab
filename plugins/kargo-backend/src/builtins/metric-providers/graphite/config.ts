import { z } from 'zod';

/** What the provider `graphite` is told. */
export const GraphiteConfig = z.object({
  address: z.string().min(1),
  /** The query of the URL, such as `target=…`; blanks in it do not matter. */
  query: z.string().min(1),
});
