import { z } from 'zod';
import { listOf } from '../shared/reading';

/** A push, as far as it matters. */
export const PushEvent = z.object({
  docker_url: z.string().min(1),
  updated_tags: listOf(z.string()),
});
