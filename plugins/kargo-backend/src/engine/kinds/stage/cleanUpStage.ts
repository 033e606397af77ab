import { keyOf, Stage } from 'backstage-plugin-kargo-common';
import { isNotFoundError } from 'backstage-plugin-kargo-node';
import { listAll } from '../../listAll';
import { discardPromotions, DiscardOptions } from './discardPromotions';

/**
 * Discards the Promotions that wait for a Stage that is being deleted, and removes what
 * Freight says about it, and its AnalysisRuns.
 */
export async function cleanUpStage(
  options: DiscardOptions,
  stage: Stage,
  { now }: { now: string },
): Promise<undefined> {
  await discardPromotions(options, stage, { now });
  const { store } = options;
  const name = stage.metadata.name;
  const namespace = stage.metadata.namespace;
  const [related, present] = await Promise.all([
    store.list('Freight', {
      namespace,
      index: { name: 'relatedTo', value: name },
    }),
    store.list('Freight', {
      namespace,
      index: { name: 'currentlyIn', value: name },
    }),
  ]);
  const names = new Set<string>();
  for (const freight of [...related.items, ...present.items]) {
    if (!names.has(freight.metadata.name)) {
      names.add(freight.metadata.name);
      await store
        .patchStatus(keyOf(freight), {
          verifiedIn: { [name]: null },
          approvedFor: { [name]: null },
          currentlyIn: { [name]: null },
        })
        .catch(ignoreNotFound);
    }
  }
  for await (const run of listAll(store, 'AnalysisRun', {
    namespace,
    index: { name: 'stage', value: name },
  })) {
    await store.delete(keyOf(run)).catch(ignoreNotFound);
  }
  return undefined;
}

/** The project is being deleted too, or its Freight took a run along. */
function ignoreNotFound(error: unknown): void {
  if (!isNotFoundError(error)) {
    throw error;
  }
}
