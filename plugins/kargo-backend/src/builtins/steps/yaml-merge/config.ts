import { z } from 'zod';

/** Configuration of the step `yaml-merge`. */
export const YamlMergeConfig = z.strictObject({
  inFiles: z.array(z.string()).min(1),
  outFile: z.string().min(1),
  ignoreMissingFiles: z.boolean().default(false),
});
