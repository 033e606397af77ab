// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('notifications_tasks', table => {
    table.comment('Events that people are to be told of, in their order');
    table.bigIncrements('id', { primaryKey: true });
    table.string('project', 255).notNullable();
    table.text('event', 'longtext').notNullable().comment('JSON');
    table
      .text('stages', 'longtext')
      .nullable()
      .comment('JSON: names; empty for those that the event concerns');
    table.index(['project', 'id'], 'notifications_tasks_project_idx');
  });

  await knex.schema.createTable('notifications_sent', table => {
    table.comment('What was sent of the tasks that are worked on');
    table.string('scope', 255).notNullable();
    table.string('project', 255).notNullable();
    table.string('digest', 64).notNullable();
    table.primary(['scope'], 'notifications_sent_pk');
    table.index(['project'], 'notifications_sent_project_idx');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('notifications_sent');
  await knex.schema.dropTable('notifications_tasks');
};
