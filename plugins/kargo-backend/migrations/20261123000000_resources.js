// @ts-check

/**
 * Text that is compared byte by byte on every database, so that pages come in the
 * same order everywhere and a cursor means the same position. PostgreSQL would
 * otherwise sort by the language of the server.
 *
 * @param {import('knex').Knex} knex
 * @param {import('knex').Knex.CreateTableBuilder} table
 * @param {string} column
 * @param {number} length
 */
function bytewise(knex, table, column, length) {
  return knex.client.dialect === 'postgresql'
    ? table.specificType(column, `varchar(${length}) collate "C"`)
    : table.string(column, length);
}

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('resources', table => {
    table.comment('One row per resource');
    table.bigIncrements('id').comment('Joins terms and owners, never shown');
    bytewise(knex, table, 'kind', 63).notNullable();
    bytewise(knex, table, 'namespace', 253)
      .notNullable()
      .comment('Empty for cluster-scoped kinds');
    bytewise(knex, table, 'name', 253).notNullable();
    table.string('uid', 63).notNullable();
    table
      .bigInteger('revision')
      .notNullable()
      .comment('Revision of the last write, the resourceVersion');
    table
      .text('document', 'longtext')
      .notNullable()
      .comment('JSON of everything but status and encrypted data');
    table.text('status', 'longtext').nullable().comment('JSON of the status');
    table
      .text('sealed', 'longtext')
      .nullable()
      .comment('Encrypted data of a Secret');
    table
      .string('key_id', 63)
      .nullable()
      .comment('Which key the data is encrypted with');
    table.unique(['kind', 'namespace', 'name'], {
      indexName: 'resources_key_uniq',
    });
    table.unique(['uid'], { indexName: 'resources_uid_uniq' });
    table.index(['kind', 'name', 'namespace'], 'resources_kind_name_idx');
    table.index(['key_id'], 'resources_key_id_idx');
  });

  await knex.schema.createTable('resource_terms', table => {
    table.comment(
      'Labels, index values and sort keys of resources: what lists select and order by',
    );
    table.bigInteger('resource_id').notNullable();
    bytewise(knex, table, 'kind', 63).notNullable();
    bytewise(knex, table, 'term', 400)
      .notNullable()
      .comment('label:KEY, index:NAME or sort:NAME');
    bytewise(knex, table, 'value', 600).notNullable();
    bytewise(knex, table, 'namespace', 253).notNullable();
    bytewise(knex, table, 'name', 253).notNullable();
    table.primary(['resource_id', 'term', 'value'], 'resource_terms_pk');
    table.index(
      ['kind', 'term', 'namespace', 'value', 'name'],
      'resource_terms_namespace_idx',
    );
    table.index(
      ['kind', 'term', 'value', 'name', 'namespace'],
      'resource_terms_value_idx',
    );
  });

  await knex.schema.createTable('resource_owners', table => {
    table.comment('Which resource is owned by which, for cascading deletion');
    table.bigInteger('resource_id').notNullable();
    table.string('owner_uid', 63).notNullable();
    table.primary(['resource_id', 'owner_uid'], 'resource_owners_pk');
    table.index(['owner_uid'], 'resource_owners_owner_idx');
  });

  await knex.schema.createTable('resource_changes', table => {
    table.comment('The newest changes, from which watches are served');
    table.bigInteger('revision').notNullable();
    bytewise(knex, table, 'kind', 63).notNullable();
    bytewise(knex, table, 'namespace', 253).notNullable();
    bytewise(knex, table, 'name', 253).notNullable();
    table.string('uid', 63).notNullable();
    table.string('type', 7).notNullable().comment('created, updated, deleted');
    table.text('document', 'longtext').notNullable();
    table.text('status', 'longtext').nullable();
    table.text('sealed', 'longtext').nullable();
    table.string('key_id', 63).nullable();
    table
      .text('terms_before', 'longtext')
      .nullable()
      .comment('JSON: labels and index values before the change');
    table.text('terms_after', 'longtext').nullable();
    table.primary(['revision'], 'resource_changes_pk');
    table.index(['kind', 'revision'], 'resource_changes_kind_idx');
    table.index(['key_id'], 'resource_changes_key_id_idx');
  });

  await knex.schema.createTable('store_revision', table => {
    table.comment('A single row: the revision counter of the store');
    table.integer('id').notNullable();
    table.bigInteger('value').notNullable().comment('The newest revision');
    table
      .bigInteger('compacted')
      .notNullable()
      .comment('The newest revision that is gone from resource_changes');
    table.string('index_version', 63).nullable();
    table.primary(['id'], 'store_revision_pk');
  });
  // It starts at 1: a watch from revision 0 means "from the beginning" in Kubernetes.
  await knex('store_revision').insert({ id: 1, value: 1, compacted: 1 });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('store_revision');
  await knex.schema.dropTable('resource_changes');
  await knex.schema.dropTable('resource_owners');
  await knex.schema.dropTable('resource_terms');
  await knex.schema.dropTable('resources');
};
