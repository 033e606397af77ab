// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('resource_changes', table => {
    table
      .integer('bytes')
      .notNullable()
      .defaultTo(0)
      .comment('About what the change takes: the history is bounded by it');
    // Answers how much the newest changes take without reading them.
    table.index(['revision', 'bytes'], 'resource_changes_bytes_idx');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('resource_changes', table => {
    table.dropIndex(['revision', 'bytes'], 'resource_changes_bytes_idx');
    table.dropColumn('bytes');
  });
};
