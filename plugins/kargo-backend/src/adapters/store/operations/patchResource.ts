import { KeyedPatch } from '../../../ports/ResourceStore';
import { StoredResource } from '../conversion';
import { mergePatch } from '../mergePatch';
import { PlannedWrite } from '../PlannedChange';
import { Write } from '../writeTransaction';
import { planUpdate } from './updateResource';

/**
 * Plans a JSON merge patch of everything but status.
 *
 * @throws NotFoundError, ConflictError
 */
export async function planPatch(
  write: Write,
  { key, resourceVersion, patch }: KeyedPatch<string>,
): Promise<PlannedWrite> {
  const { status: _, ...given } = patch as { status?: unknown };
  return planUpdate(write, {
    key,
    resourceVersion,
    next: current => {
      const next = mergePatch(current, given) as StoredResource;
      return { ...next, metadata: next.metadata ?? current.metadata };
    },
  });
}
