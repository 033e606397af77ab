import {
  matchesLabels,
  ProjectConfig,
  PromotionPolicy,
  Stage,
} from 'backstage-plugin-kargo-common';
import { parseNamePattern } from '../boundedPattern';

/**
 * Whether automation may promote to a Stage: the first policy that matches decides, even
 * if a later one is more specific; without a match it may not.
 */
export function isAutoPromotionEnabled(
  config: ProjectConfig | undefined,
  stage: Stage,
): boolean {
  const policy = config?.spec.promotionPolicies?.find(candidate =>
    isMatch(candidate, stage),
  );
  return policy?.autoPromotionEnabled ?? false;
}

function isMatch(policy: PromotionPolicy, stage: Stage): boolean {
  const name = stage.metadata.name;
  const { stageSelector } = policy;
  if (!stageSelector) {
    return policy.stage === name || (policy.stages?.includes(name) ?? false);
  }
  const isNamed =
    !stageSelector.name || parseNamePattern(stageSelector.name).matches(name);
  return isNamed && matchesLabels(stageSelector, stage.metadata.labels);
}
