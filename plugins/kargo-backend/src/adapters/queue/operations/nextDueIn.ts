import { Knex } from 'knex';
import { QueueSelection } from '../../../ports/WorkQueue';
import { isOneOf, rowsOf } from '../../store/dialect';

/**
 * Milliseconds until a row of each selection can be claimed; `undefined` where there is none.
 *
 * @remarks A leased row counts from the end of its lease: it is due all the while, and
 * a loop that slept until "due" would not sleep at all.
 */
export async function nextDueIn(
  knex: Knex,
  options: { now: Knex.Raw; selections: readonly QueueSelection[] },
): Promise<Array<number | undefined>> {
  const { now, selections } = options;
  if (selections.length === 0) {
    return [];
  }
  const times = selections.flatMap((selection, part) => [
    rowsOfSelection(knex, selection)
      .whereNull('lease')
      .select(
        knex.raw('cast(? as integer) as part, min(due_at) as due', [part]),
      ),
    rowsOfSelection(knex, selection)
      .whereNotNull('leased_until')
      .select(
        knex.raw('cast(? as integer) as part, min(leased_until) as due', [
          part,
        ]),
      ),
  ]);
  const result = await knex.raw(
    `select part, min(due) - ? as wait from (${times
      .map(() => 'select part, due from ? as times')
      .join(' union all ')}) as parts where due is not null group by part`,
    [now, ...times],
  );
  const byPart = new Map(
    rowsOf<{ part: number; wait: number | string }>(result).map(row => [
      Number(row.part),
      Math.max(Number(row.wait), 0),
    ]),
  );
  return selections.map((_, part) => byPart.get(part));
}

function rowsOfSelection(
  knex: Knex,
  { kinds, exceptNamespaces = [] }: QueueSelection,
): Knex.QueryBuilder {
  const rows = knex('work_queue');
  if (kinds) {
    rows.where(isOneOf(knex, 'kind', kinds));
  }
  if (exceptNamespaces.length > 0) {
    rows.whereNot(isOneOf(knex, 'namespace', exceptNamespaces));
  }
  return rows;
}
