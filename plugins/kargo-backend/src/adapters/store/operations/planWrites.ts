import { formatKey, keyOf } from 'backstage-plugin-kargo-common';
import { StoreWrite } from '../../../ports/ResourceStore';
import { StoredResource } from '../conversion';
import { PlannedWrite } from '../PlannedChange';
import { Write } from '../writeTransaction';
import { planCreate } from './createResource';
import { planDeletion } from './deleteResource';
import { planPatch } from './patchResource';
import { planStatusPatch } from './patchStatus';

/**
 * Plans writes that are made together, each of another resource, in their order.
 *
 * @throws NotFoundError, ConflictError and InputError that name the resource
 */
export async function planWrites(
  write: Write,
  writes: readonly StoreWrite<string>[],
): Promise<PlannedWrite[]> {
  const plans: PlannedWrite[] = [];
  for (const item of writes) {
    const earlier = plans.map(({ result }) => result);
    const plan = await planWrite(write, item, earlier);
    assertIsFirst(plan, earlier);
    plans.push(plan);
  }
  return plans;
}

async function planWrite(
  write: Write,
  item: StoreWrite<string>,
  earlier: readonly StoredResource[],
): Promise<PlannedWrite> {
  if ('patchStatus' in item) {
    return planStatusPatch(write, item.patchStatus);
  }
  if ('patch' in item) {
    return planPatch(write, item.patch);
  }
  if ('delete' in item) {
    return planDeletion(write, item.delete);
  }
  const draft = 'create' in item ? item.create : item.createAfter(earlier);
  return planCreate(write.ctx, draft);
}

/** A second write of a resource would be planned on what the first replaces. */
function assertIsFirst(
  { result }: PlannedWrite,
  earlier: readonly StoredResource[],
): void {
  const key = formatKey(keyOf(result));
  if (earlier.some(other => formatKey(keyOf(other)) === key)) {
    throw new Error(`${key} is written twice in one batch`);
  }
}
