import { PromotionPolicy } from 'backstage-plugin-kargo-common';

/**
 * The policies of a project once a Stage is promoted to automatically, or not any more.
 *
 * @remarks
 * The first policy that matches a Stage decides, and a Stage may be named by one policy
 * only. So the Stage is taken out of those that name it, and gets one of its own before
 * all others; what those said about rolling back is kept.
 */
export function withAutoPromotion(
  policies: PromotionPolicy[],
  stage: string,
  isEnabled: boolean,
): PromotionPolicy[] {
  const own = policies.find(policy => names(policy, stage));
  const others = policies.flatMap(policy => without(policy, stage));
  return [
    {
      stageSelector: { name: stage },
      autoPromotionEnabled: isEnabled,
      ...(own?.autoRollback && { autoRollback: own.autoRollback }),
    },
    ...others,
  ];
}

/** Whether a policy names a Stage, rather than matching it among others. */
function names(policy: PromotionPolicy, stage: string): boolean {
  return (
    policy.stage === stage ||
    policy.stageSelector?.name === stage ||
    (policy.stages?.includes(stage) ?? false)
  );
}

function without(policy: PromotionPolicy, stage: string): PromotionPolicy[] {
  if (!names(policy, stage)) {
    return [policy];
  }
  const stages = policy.stages?.filter(name => name !== stage) ?? [];
  return stages.length > 0 ? [{ ...policy, stages }] : [];
}
