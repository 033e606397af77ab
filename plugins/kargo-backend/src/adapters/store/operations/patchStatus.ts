import { StoredResource } from '../conversion';
import { mergePatch, toJson } from '../mergePatch';
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
  const given = toJson(patch);
  const update: Update = {
    ...{ key, resourceVersion },
    isJson: true,
    next: (current): StoredResource => ({
      ...current,
      status: mergePatch(current.status, given),
    }),
  };
  return (
    planUpdateOnPlanned(write, update) ??
    planUpdateOnHint(write.ctx, update) ??
    planUpdate(write, update)
  );
}
