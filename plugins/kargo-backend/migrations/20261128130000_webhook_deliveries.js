// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('webhook_deliveries', table => {
    table.comment('The last few deliveries of each webhook receiver');
    table.increments('id');
    table
      .string('place', 253)
      .notNullable()
      .comment('The project, or empty for a receiver of the installation');
    table.string('receiver', 253).notNullable();
    table.string('type', 63).notNullable();
    table.string('event', 100).notNullable();
    table.string('at', 30).notNullable().comment('RFC 3339');
    table.integer('status').notNullable().comment('Of the HTTP answer');
    table.string('outcome', 20).notNullable();
    table.text('message').notNullable();
    table.index(['place', 'receiver'], 'webhook_deliveries_place_idx');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('webhook_deliveries');
};
