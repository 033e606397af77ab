import { z } from 'zod';
import { APPLICATION_FIELDS } from '../shared/argocdApplications';
import { oneOf } from '../shared/oneOf';

const WaitFor = z
  .array(z.enum(['health', 'sync', 'operation', 'suspended', 'degraded']))
  .min(1)
  .refine(targets => new Set(targets).size === targets.length, {
    error: 'array items must be unique',
  });

/** Configuration of the step `argocd-wait`. */
export const ArgoCdWaitConfig = z.strictObject({
  apps: z
    .array(
      oneOf(
        z.strictObject({
          ...APPLICATION_FIELDS,
          waitFor: WaitFor.default(['health', 'sync', 'operation']),
        }),
        ({ name, selector }) =>
          (name === undefined) !== (selector === undefined),
        'give exactly one of "name" and "selector"',
      ),
    )
    .min(1),
});
