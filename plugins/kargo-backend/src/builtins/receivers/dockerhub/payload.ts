import { z } from 'zod';
import { text } from '../shared/reading';

/** A push, as far as it matters. */
export const PushEvent = z.object({
  repository: z.object({ repo_name: z.string().min(1) }),
  push_data: z.object({ media_type: text, tag: text }),
});
