import {
  PromotionStep,
  PromotionTaskReference,
  StageSpec,
} from 'backstage-plugin-kargo-common';
import { ParsedManifest } from '../../logic/admission/ParsedManifest';
import { ResourceStore } from '../../ports/ResourceStore';

/** The tasks that a Stage names and nobody has made yet, one sentence each. */
export async function findMissingTasks(
  manifest: ParsedManifest,
  store: ResourceStore,
): Promise<string[]> {
  if (manifest.kind !== 'Stage') {
    return [];
  }
  const steps: PromotionStep[] =
    (manifest.spec as StageSpec).promotionTemplate?.spec.steps ?? [];
  const { name, namespace = '' } = manifest.metadata;
  const found = await Promise.all(
    steps.map(async ({ task }, index) =>
      task && !(await exists(task, namespace, store))
        ? [
            `Stage '${name}': spec.promotionTemplate.spec.steps[${index}].task: ${
              task.kind ?? 'PromotionTask'
            } '${task.name}' does not exist; Promotions fail until it does`,
          ]
        : [],
    ),
  );
  return found.flat();
}

async function exists(
  { kind = 'PromotionTask', name }: PromotionTaskReference,
  namespace: string,
  store: ResourceStore,
): Promise<boolean> {
  const task = await store.find({
    kind,
    namespace: kind === 'PromotionTask' ? namespace : '',
    name,
  });
  return task !== undefined;
}
