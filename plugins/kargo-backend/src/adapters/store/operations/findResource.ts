import { ResourceKey } from 'backstage-plugin-kargo-common';
import { StoredResource, toResource } from '../conversion';
import { StoreContext } from '../StoreContext';
import { assertStorableKey } from '../storableText';
import { ResourceRow } from '../tables';

/** Reads one resource; `undefined` when there is none. */
export async function findResource(
  ctx: StoreContext,
  key: ResourceKey,
): Promise<StoredResource | undefined> {
  assertStorableKey(key);
  const row = await ctx
    .knex<ResourceRow>('resources')
    .where({ kind: key.kind, namespace: key.namespace, name: key.name })
    .first();
  if (row) {
    ctx.hints.note(row);
  } else {
    ctx.hints.forget(key);
  }
  return row && toResource(row, ctx.secrets);
}
