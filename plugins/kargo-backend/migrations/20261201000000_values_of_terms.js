// @ts-check

/**
 * PostgreSQL takes the columns of an index to be independent of each other, and values to be as
 * many as there are in the whole table: then hardly a row has a given kind, term and value, and
 * the plan that is kept for all values (after five runs of a named statement) finds those of one
 * namespace as well among all as by the index of namespaces. Told how many values a term of a
 * kind has, which is few, it keeps the other plan.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await tellOfValues(knex, 'set (n_distinct = 100)');
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await tellOfValues(knex, 'reset (n_distinct)');
};

/**
 * @param {import('knex').Knex} knex
 * @param {string} option
 */
async function tellOfValues(knex, option) {
  if (knex.client.dialect === 'postgresql') {
    await knex.raw(`alter table resource_terms alter column value ${option}`);
    // It counts from the next analysis on.
    await knex.raw('analyze resource_terms');
  }
}
