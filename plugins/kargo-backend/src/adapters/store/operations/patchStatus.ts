import { StoredResource } from '../conversion';
import { mergePatch, putNulls, toJson } from '../mergePatch';
import { PlannedWrite } from '../PlannedChange';
import { Write } from '../writeTransaction';
import { KeyedStatusPatch } from '../../../ports/ResourceStore';
import {
  planUpdate,
  planUpdateOnHint,
  planUpdateOnPlanned,
  Update,
} from './updateResource';

/**
 * Plans a JSON merge patch of status alone. One with nothing in it begins no status.
 *
 * @throws NotFoundError, ConflictError
 */
export async function planStatusPatch(
  write: Write,
  { key, patch, nulls = [], resourceVersion }: KeyedStatusPatch<string>,
): Promise<PlannedWrite> {
  const given = toJson(patch);
  const isEmpty = Object.keys(given).length === 0 && nulls.length === 0;
  const update: Update = {
    ...{ key, resourceVersion },
    isJson: true,
    next: (current): StoredResource =>
      isEmpty
        ? current
        : {
            ...current,
            status: putNulls(mergePatch(current.status, given), nulls),
          },
  };
  return (
    planUpdateOnPlanned(write, update) ??
    planUpdateOnHint(write.ctx, update) ??
    planUpdate(write, update)
  );
}
