import {
  KindName,
  ManifestPath,
  PromotionStep,
} from 'backstage-plugin-kargo-common';

const STEPS_PATHS: Partial<Record<KindName, readonly string[]>> = {
  Stage: ['spec', 'promotionTemplate', 'spec', 'steps'],
  PromotionTask: ['spec', 'steps'],
  ClusterPromotionTask: ['spec', 'steps'],
};

/** Steps that a manifest says, and where. */
export interface FoundSteps {
  path: ManifestPath;
  list: PromotionStep[];
}

/**
 * The steps in a manifest of a Stage or a task, also in one that nobody has checked;
 * `undefined` where there are none. Those of a Promotion nobody writes.
 */
export function findSteps(
  manifest: unknown,
  kind: KindName,
): FoundSteps | undefined {
  const path = STEPS_PATHS[kind];
  const list = path?.reduce<unknown>(
    (holder, name) =>
      typeof holder === 'object' && holder !== null
        ? Reflect.get(holder, name)
        : undefined,
    manifest,
  );
  return path && Array.isArray(list) && list.every(isObject)
    ? { path: [...path], list }
    : undefined;
}

function isObject(value: unknown): value is PromotionStep {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
