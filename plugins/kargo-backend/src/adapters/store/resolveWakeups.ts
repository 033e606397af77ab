import { Knex } from 'knex';
import { ResourceKey } from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../ports/Changes';
import { Mark } from '../../ports/WorkQueue';
import { keyOfRow } from './conversion';
import { together } from './pipeline';
import { StoreContext } from './StoreContext';
import { TermRow } from './tables';
import { indexTerm, toTermValue } from './terms';

/** Turns wake-ups into marks, looking up in the transaction whom an index holds. */
export async function resolveWakeups(
  tx: Knex.Transaction,
  ctx: StoreContext,
  wakeups: readonly Wakeup[],
): Promise<Mark[]> {
  const marks = await together(
    tx,
    wakeups.map(wakeup => async () => {
      const { delayMs: afterMs } = wakeup;
      const keys =
        'key' in wakeup ? [wakeup.key] : await findIndexed(tx, ctx, wakeup);
      return keys.map((key): Mark => ({ key, afterMs }));
    }),
  );
  return marks.flat();
}

async function findIndexed(
  tx: Knex.Transaction,
  ctx: StoreContext,
  wakeup: Extract<Wakeup, { index: unknown }>,
): Promise<ResourceKey[]> {
  const { kind, namespace, index } = wakeup;
  ctx.rules.assertIndex(kind, index.name);
  const rows: TermRow[] = await tx('resource_terms')
    .select('kind', 'namespace', 'name')
    .where({ kind, ...(namespace !== undefined && { namespace }) })
    .where({ term: indexTerm(index.name), value: toTermValue(index.value) });
  return rows.map(keyOfRow);
}
