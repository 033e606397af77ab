import { z } from 'zod';
import { countGiven, oneOf } from '../shared/oneOf';

/** An image to set. */
export const ImageConfig = oneOf(
  z.strictObject({
    image: z.string().min(1),
    name: z.string().optional(),
    newName: z.string().optional(),
    tag: z.string().optional(),
    digest: z.string().optional(),
  }),
  ({ tag, digest }) => countGiven(tag, digest) === 1,
  'give exactly one of "tag" and "digest"',
);

/** Configuration of the step `kustomize-set-image`. */
export const KustomizeSetImageConfig = z.strictObject({
  path: z.string().min(1),
  images: z.array(ImageConfig).optional(),
  layout: z.enum(['keep', 'rewrite']).default('keep'),
});
