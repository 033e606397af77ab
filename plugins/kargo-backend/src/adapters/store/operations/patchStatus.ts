import { StoredResource } from '../conversion';
import { mergePatch } from '../mergePatch';
import { PlannedWrite } from '../PlannedChange';
import { Write } from '../writeTransaction';
import { KeyedPatch } from '../../../ports/ResourceStore';
import {
  planUpdate,
  planUpdateOnHint,
  planUpdateOnPlanned,
  Update,
} from './updateResource';

/**
 * Plans a JSON merge patch of status alone.
 *
 * @throws NotFoundError, ConflictError
 */
export async function planStatusPatch(
  write: Write,
  { key, patch, resourceVersion }: KeyedPatch<string>,
): Promise<PlannedWrite> {
  const update: Update = {
    ...{ key, resourceVersion },
    next: (current): StoredResource => ({
      ...current,
      status: mergePatch(current.status, patch),
    }),
  };
  return (
    planUpdateOnPlanned(write, update) ??
    planUpdateOnHint(write.ctx, update) ??
    planUpdate(write, update)
  );
}
