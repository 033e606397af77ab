import { z } from 'zod';

/** One aspect of a resource's state, in the Kubernetes condition format. @public */
export const Condition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  lastTransitionTime: z.string(),
  observedGeneration: z.number().optional(),
});
/** @public */
export type Condition = z.infer<typeof Condition>;

/** The condition of a type, if it is set. @public */
export function findCondition(
  status: { conditions?: Condition[] } | undefined,
  type: string,
): Condition | undefined {
  return status?.conditions?.find(condition => condition.type === type);
}

/** Whether the condition of a type is `True`. @public */
export function isConditionTrue(
  status: { conditions?: Condition[] } | undefined,
  type: string,
): boolean {
  return findCondition(status, type)?.status === 'True';
}
