import { FINALIZER, keyOf, Resource } from 'backstage-plugin-kargo-common';
import { anyKey } from '../../ports/kinds';
import { ResourceStore } from '../../ports/ResourceStore';
import { Requeue, requeue } from '../runtime/Controller';

/**
 * Sees to the finalizer of a resource that is cleaned up after, before its controller
 * looks at anything else.
 *
 * @param cleanUp - undoes what the resource left elsewhere; answers when to go on if it
 * cannot end yet
 * @returns `undefined` when the resource is to be reconciled
 */
export async function finalize(
  store: ResourceStore,
  resource: Resource,
  cleanUp: () => Promise<Requeue | undefined>,
): Promise<Requeue | undefined> {
  const { deletionTimestamp, finalizers = [] } = resource.metadata;
  const isOurs = finalizers.includes(FINALIZER);
  if (deletionTimestamp) {
    const unfinished = isOurs ? await cleanUp() : undefined;
    if (unfinished) {
      return unfinished;
    }
    if (isOurs) {
      await store.patch(anyKey(keyOf(resource)), {
        metadata: { finalizers: finalizers.filter(name => name !== FINALIZER) },
      });
    }
    return requeue.never;
  }
  if (!isOurs) {
    // Made by a version, or through a store, that did not give it one.
    await store.patch(anyKey(keyOf(resource)), {
      metadata: { finalizers: [...finalizers, FINALIZER] },
    });
    return requeue.now;
  }
  return undefined;
}
