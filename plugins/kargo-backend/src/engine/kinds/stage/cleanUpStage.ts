import { keyOf, Stage } from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../../ports/ResourceIndex';

/** Removes what Freight says about a Stage that is being deleted. */
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
      await store.patchStatus(keyOf(freight), {
        verifiedIn: { [name]: null },
        approvedFor: { [name]: null },
        currentlyIn: { [name]: null },
      });
    }
  }
  return undefined;
}
