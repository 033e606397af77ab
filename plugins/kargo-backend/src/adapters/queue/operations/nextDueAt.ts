import { Knex } from 'knex';
import { isOneOf } from '../../store/dialect';
import { QueueRow } from '../claimRow';

/**
 * When a row can next be claimed, epoch milliseconds; `undefined` when there is none.
 *
 * @remarks A leased row counts from the end of its lease: it is due all the while, and
 * a loop that slept until "due" would not sleep at all.
 */
export async function nextDueAt(
  knex: Knex,
  kinds: string[] | undefined,
): Promise<number | undefined> {
  const rows = () => {
    const query = knex<QueueRow>('work_queue');
    return kinds ? query.where(isOneOf(knex, 'kind', kinds)) : query;
  };
  const free = await rows()
    .whereNull('lease')
    .orderBy('due_at')
    .first('due_at');
  const leased = await rows()
    .whereNotNull('leased_until')
    .orderBy('leased_until')
    .first('leased_until', 'due_at');
  const times = [
    ...(free ? [Number(free.due_at)] : []),
    ...(leased
      ? [Math.max(Number(leased.leased_until), Number(leased.due_at))]
      : []),
  ];
  return times.length > 0 ? Math.min(...times) : undefined;
}
