import { ResourceKey } from 'backstage-plugin-kargo-common';
import { StoredResource } from '../conversion';
import { mergePatch } from '../mergePatch';
import { StoreContext } from '../StoreContext';
import { updateResource } from './updateResource';

/**
 * Applies a JSON merge patch to status alone.
 *
 * @throws NotFoundError, ConflictError
 */
export async function patchStatus(
  ctx: StoreContext,
  key: ResourceKey,
  options: { patch: object; resourceVersion?: string },
): Promise<StoredResource> {
  return updateResource(ctx, {
    key,
    resourceVersion: options.resourceVersion,
    next: current => ({
      ...current,
      status: mergePatch(current.status, options.patch),
    }),
  });
}
