import { keyOf, Stage } from 'backstage-plugin-kargo-common';
import { isNotFoundError } from 'backstage-plugin-kargo-node';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { listAll } from '../../listAll';

/** Removes what Freight says about a Stage that is being deleted, and its AnalysisRuns. */
export async function cleanUpStage(
  store: IndexedStore,
  stage: Stage,
): Promise<undefined> {
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
