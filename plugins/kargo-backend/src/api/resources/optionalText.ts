import { z } from 'zod';

/**
 * A text that may be absent; an empty one counts as absent, as Kargo's clients send every
 * field of a body.
 */
export const optionalText = z
  .string()
  .transform(text => text || undefined)
  .optional();
