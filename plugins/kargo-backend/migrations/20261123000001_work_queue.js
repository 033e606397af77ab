// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('work_queue', table => {
    table.comment('One row per resource key that somebody must look at');
    table.string('kind', 63).notNullable();
    table.string('namespace', 253).notNullable();
    table.string('name', 253).notNullable();
    table
      .string('wanted', 36)
      .notNullable()
      .comment('Renewed by every mark: did somebody ask again?');
    table.bigInteger('due_at').notNullable().comment('Epoch milliseconds');
    table
      .string('lease', 36)
      .nullable()
      .comment('Renewed by every claim: is this work still mine?');
    table.bigInteger('leased_until').nullable().comment('Epoch milliseconds');
    table.integer('attempts').notNullable().comment('Failures in a row');
    table.text('last_error').nullable();
    table.primary(['kind', 'namespace', 'name'], 'work_queue_pk');
    table.index(['due_at'], 'work_queue_due_at_idx');
    table.index(['leased_until'], 'work_queue_leased_until_idx');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('work_queue');
};
