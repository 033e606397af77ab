import { z } from 'zod';

/** A label selector in the Kubernetes format. @public */
export const LabelSelector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string().min(1),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});
/** @public */
export type LabelSelector = z.infer<typeof LabelSelector>;

/**
 * Whether labels satisfy a selector; all its requirements must hold, an empty one
 * matches everything.
 *
 * @public
 */
export function matchesLabels(
  selector: LabelSelector,
  labels: Record<string, string> = {},
): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (labels[key] !== value) {
      return false;
    }
  }
  return (selector.matchExpressions ?? []).every(requirement => {
    const { key } = requirement;
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (requirement.operator) {
      case 'In':
        return value !== undefined && !!requirement.values?.includes(value);
      case 'NotIn':
        return value === undefined || !requirement.values?.includes(value);
      case 'Exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}
