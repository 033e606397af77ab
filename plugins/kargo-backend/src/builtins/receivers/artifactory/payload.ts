import { z } from 'zod';
import { text } from '../shared/reading';

/** What happened where, and to what kind of thing. */
export const Event = z.object({
  domain: text,
  event_type: text,
  data: z.object({ image_type: text }).nullish(),
});

/** A push of an image or a chart, as far as it matters. */
export const PushEvent = z.object({
  jpd_origin: z.string(),
  data: z.object({ repo_key: z.string(), path: z.string(), tag: text }),
});
/** A push, read. */
export type Push = z.output<typeof PushEvent>;
