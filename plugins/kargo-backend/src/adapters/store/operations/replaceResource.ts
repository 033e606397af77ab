import { ConflictError } from '@backstage/errors';
import {
  Draft,
  formatKey,
  keyOf,
  Resource,
} from 'backstage-plugin-kargo-common';
import { StoredResource } from '../conversion';
import { StoreContext } from '../StoreContext';
import { updateResource } from './updateResource';

/**
 * Replaces everything but status.
 *
 * @throws NotFoundError; ConflictError when the draft names another revision or uid
 * than the stored ones.
 */
export async function replaceResource(
  ctx: StoreContext,
  draft: Draft<Resource>,
): Promise<StoredResource> {
  const key = keyOf(draft);
  const { uid } = draft.metadata;
  return updateResource(ctx, {
    key,
    resourceVersion: draft.metadata.resourceVersion,
    replacesData: true,
    next: current => {
      if (uid && uid !== current.metadata.uid) {
        throw new ConflictError(
          `${formatKey(key)} was deleted and created anew meanwhile`,
        );
      }
      // An undefined status is dropped like every undefined member.
      const { status } = current;
      const metadata = { ...current.metadata, ...metadataOf(draft) };
      return { ...draft, metadata, status };
    },
  });
}

/** The metadata that a replacement decides, so that what it lacks goes away. */
function metadataOf(draft: Draft<Resource>) {
  const { labels, annotations, finalizers, ownerReferences } = draft.metadata;
  return { labels, annotations, finalizers, ownerReferences };
}
