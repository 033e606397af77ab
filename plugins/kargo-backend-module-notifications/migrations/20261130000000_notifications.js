// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('notifications_progress', table => {
    table.comment('A single row: who tells people of events, and how far');
    table.integer('id').notNullable();
    table
      .string('revision', 20)
      .nullable()
      .comment('Of the last event that was told; empty before the first start');
    table.string('holder', 36).nullable().comment('The replica that tells');
    table.bigInteger('held_until').nullable().comment('Epoch milliseconds');
    table.primary(['id'], 'notifications_progress_pk');
  });
  await knex('notifications_progress').insert({ id: 1 });

  await knex.schema.createTable('notifications_waiting', table => {
    table.comment('Of what people were told that it waits for them');
    table.string('scope', 255).notNullable();
    table.bigInteger('told_at').notNullable().comment('Epoch milliseconds');
    table.primary(['scope'], 'notifications_waiting_pk');
  });

  await knex.schema.createTable('notifications_soaks', table => {
    table.comment('Freight that may enter Stages once its soak time is over');
    table.string('id', 64).notNullable();
    table.bigInteger('due_at').notNullable().comment('Epoch milliseconds');
    table.text('event', 'longtext').notNullable().comment('JSON');
    table.text('stages', 'longtext').notNullable().comment('JSON: names');
    table.primary(['id'], 'notifications_soaks_pk');
    table.index(['due_at'], 'notifications_soaks_due_at_idx');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('notifications_soaks');
  await knex.schema.dropTable('notifications_waiting');
  await knex.schema.dropTable('notifications_progress');
};
