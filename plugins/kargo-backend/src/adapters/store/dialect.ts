import { Knex } from 'knex';

/** Whether the database is PostgreSQL; otherwise it is SQLite. */
export function isPostgres(knex: Knex): boolean {
  return knex.client.dialect === 'postgresql';
}

/*
 * SQLite may look at what a parameter is bound to in order to guess how many rows there will
 * be, and then plans the statement anew each time it runs, which takes ten times as long as
 * running it. It looks at the limit, and at what columns are compared with unless that selects
 * a single row of a single table; it does not look into expressions.
 */

/** Given with the limit of a query, whose number then stands in the text. */
export const LITERALLY = { skipBinding: true } as const;

/** Adds the conditions that columns hold these texts. */
export function whereTexts(
  knex: Knex,
  query: Knex.QueryBuilder,
  texts: Readonly<Record<string, string>>,
): Knex.QueryBuilder {
  return isPostgres(knex)
    ? query.where(texts)
    : query.whereRaw(
        Object.keys(texts)
          .map(() => '?? = cast(? as text)')
          .join(' and '),
        Object.entries(texts).flat(),
      );
}

/** Rows of a raw statement, which each driver wraps in its own way. */
export function rowsOf<Row>(result: unknown): Row[] {
  return Array.isArray(result) ? result : (result as { rows: Row[] }).rows;
}

/**
 * A condition that a column holds one of the values, with a single bound parameter:
 * databases limit the number of parameters of a statement.
 */
export function isOneOf(
  knex: Knex,
  column: string,
  values: readonly string[],
): Knex.Raw {
  return isPostgres(knex)
    ? knex.raw('?? = any(?::text[])', [column, [...values]])
    : knex.raw('?? in (select value from json_each(cast(? as text)))', [
        column,
        JSON.stringify(values),
      ]);
}
