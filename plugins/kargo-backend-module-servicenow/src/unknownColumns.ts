import { ServiceNowRecord } from './ServiceNow';

/** Of another table, through a list of related records. */
const RELATED = /\^?RLQUERY.*?\^ENDRLQUERY/g;
/** A term begins with its column; what sorts and groups is in capitals. */
const COLUMN = /^(?:OR|NQ)?([a-z_][a-z0-9_]*)(?!\.)(?:[^a-z0-9_.]|$)/;

/**
 * The columns that an encoded query names and a record has not, which it must be given whole.
 *
 * @remarks
 * ServiceNow leaves out of a query what it does not know, so that a misspelt condition is
 * true of every record. Columns of other records (`assigned_to.name`) are not looked at.
 */
export function unknownColumns(
  query: string,
  record: ServiceNowRecord,
): string[] {
  const terms = query.replaceAll('^^', ' ').replaceAll(RELATED, '').split('^');
  const columns = terms.flatMap(term => COLUMN.exec(term)?.[1] ?? []);
  return [...new Set(columns)].filter(column => !Object.hasOwn(record, column));
}

/** Why a record that ServiceNow found by a query does not count. */
export function reasonOfUnknown(
  table: string,
  [column]: readonly string[],
): string {
  return `${table} has no column "${column}", or does not show it to the login; ServiceNow leaves such a condition out`;
}
