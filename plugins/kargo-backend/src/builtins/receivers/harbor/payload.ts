import { z } from 'zod';
import { text } from '../shared/reading';

/** A push in Harbor's default format, as far as it matters. */
export const PushEvent = z.object({
  event_data: z.object({
    resources: z
      .array(z.object({ resource_url: z.string().min(1), tag: text }))
      .min(1),
  }),
});
