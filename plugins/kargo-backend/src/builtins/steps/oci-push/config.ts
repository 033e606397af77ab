import { z } from 'zod';
import { ArtifactReference, TaggedReference } from '../shared/imageReference';
import { countGiven, oneOf } from '../shared/oneOf';

/** Configuration of the step `oci-push`. */
export const OciPushConfig = oneOf(
  z.strictObject({
    srcRef: ArtifactReference.optional(),
    srcPath: z.string().min(1).optional(),
    destRef: TaggedReference,
    mediaType: z
      .string()
      .min(1)
      .default('application/vnd.oci.image.layer.v1.tar+gzip'),
    artifactType: z
      .string()
      .min(1)
      .default('application/vnd.unknown.artifact.v1'),
    annotations: z.record(z.string(), z.string()).default({}),
    insecureSkipTLSVerify: z.boolean().default(false),
  }),
  ({ srcRef, srcPath }) => countGiven(srcRef, srcPath) === 1,
  'give exactly one of "srcRef" and "srcPath"',
);
