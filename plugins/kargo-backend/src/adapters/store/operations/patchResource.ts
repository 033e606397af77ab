import { ResourceKey } from 'backstage-plugin-kargo-common';
import { StoredResource } from '../conversion';
import { mergePatch } from '../mergePatch';
import { StoreContext } from '../StoreContext';
import { updateResource } from './updateResource';

/**
 * Applies a JSON merge patch to everything but status.
 *
 * @throws NotFoundError, ConflictError
 */
export async function patchResource(
  ctx: StoreContext,
  key: ResourceKey,
  options: { patch: object; resourceVersion?: string },
): Promise<StoredResource> {
  const { status: _, ...patch } = options.patch as { status?: unknown };
  return updateResource(ctx, {
    key,
    resourceVersion: options.resourceVersion,
    next: current => {
      const next = mergePatch(current, patch) as StoredResource;
      return { ...next, metadata: next.metadata ?? current.metadata };
    },
  });
}
