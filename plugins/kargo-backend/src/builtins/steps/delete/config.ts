import { z } from 'zod';
import { oneOf } from '../shared/oneOf';

/** Configuration of the step `delete`. */
export const DeleteConfig = oneOf(
  z.strictObject({
    path: z.string().min(1).optional(),
    paths: z.array(z.string().min(1)).min(1).optional(),
    pathsAreGlobs: z.boolean().default(false),
    strict: z.boolean().default(false),
  }),
  ({ path, paths }) => (path === undefined) !== (paths === undefined),
  'give exactly one of "path" and "paths"',
);
