import { z } from 'zod';
import { ArtifactReference } from '../shared/imageReference';

/** Configuration of the step `oci-download`. */
export const OciDownloadConfig = z.strictObject({
  imageRef: ArtifactReference,
  outPath: z.string().min(1),
  allowOverwrite: z.boolean().default(false),
  mediaType: z.string().min(1).optional(),
  insecureSkipTLSVerify: z.boolean().default(false),
});
