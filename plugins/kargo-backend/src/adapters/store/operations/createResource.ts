import { InputError } from '@backstage/errors';
import {
  Draft,
  keyOf,
  Resource,
  ResourceMetadata,
} from 'backstage-plugin-kargo-common';
import { toTimestamp } from '../../../logic/timestamps';
import { normalizeSecret, StoredResource } from '../conversion';
import { toJson } from '../mergePatch';
import { PlannedWrite } from '../PlannedChange';
import { assertStorableKey } from '../storableText';
import { StoreContext } from '../StoreContext';

/**
 * Plans a new resource with a given status.
 *
 * @throws InputError without a name
 */
export function planCreate(
  ctx: StoreContext,
  draft: Draft<Resource>,
): PlannedWrite {
  const key = keyOf(draft);
  if (!key.name) {
    throw new InputError(`A ${key.kind} needs metadata.name`);
  }
  assertStorableKey(key);
  const after = toNewResource(ctx, draft);
  return { result: after, changes: [{ type: 'created', key, after }] };
}

function toNewResource(
  ctx: StoreContext,
  draft: Draft<Resource>,
): StoredResource {
  const { metadata: given, ...content } = toJson(draft);
  const metadata: ResourceMetadata = {
    name: given.name,
    ...(given.namespace ? { namespace: given.namespace } : {}),
    uid: ctx.createUid(),
    resourceVersion: '',
    generation: 1,
    creationTimestamp: toTimestamp(ctx.clock.now()),
    ...(given.labels ? { labels: given.labels } : {}),
    ...(given.annotations ? { annotations: given.annotations } : {}),
    ...(given.finalizers ? { finalizers: given.finalizers } : {}),
    ...(given.ownerReferences
      ? { ownerReferences: given.ownerReferences }
      : {}),
  };
  return normalizeSecret({ ...content, metadata });
}
