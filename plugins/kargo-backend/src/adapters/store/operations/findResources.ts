import { toError } from '@backstage/errors';
import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import { keyOfRow, StoredResource } from '../conversion';
import { StoreContext } from '../StoreContext';
import { ResourceRow } from '../tables';
import { inTurn } from '../turns';

/**
 * Reads resources by their keys, in their order: `undefined` where there is none, an error
 * where one is there and cannot be read.
 */
export async function findResources(
  ctx: StoreContext,
  keys: readonly ResourceKey[],
): Promise<Array<StoredResource | undefined | Error>> {
  const rows = await inTurn(ctx.knex, () => selectRows(ctx, keys));
  const byKey = new Map(rows.map(row => [formatKey(keyOfRow(row)), row]));
  return keys.map(key => {
    const row = byKey.get(formatKey(key));
    if (!row) {
      ctx.hints.forget(key);
      return undefined;
    }
    ctx.hints.note(row);
    try {
      return ctx.shared.of(row);
    } catch (error) {
      return toError(error);
    }
  });
}

async function selectRows(
  { knex }: StoreContext,
  keys: readonly ResourceKey[],
): Promise<ResourceRow[]> {
  const rows = knex<ResourceRow>('resources');
  if (keys.length === 1) {
    const [{ kind, namespace, name }] = keys;
    return rows.where({ kind, namespace, name });
  }
  return rows.whereIn(
    ['kind', 'namespace', 'name'],
    keys.map(({ kind, namespace, name }) => [kind, namespace, name]),
  );
}
