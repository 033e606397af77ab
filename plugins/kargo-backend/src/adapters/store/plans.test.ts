import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { FakeClock } from '../../testing/FakeClock';
import {
  WIDGET_INDEXES,
  WidgetKinds,
} from '../../testing/storeContract/widgets';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from './migrate';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
const describeOnPostgres = databases.supports('POSTGRES_18')
  ? describe
  : describe.skip;

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  Plans?: Plan[];
}

function indexesOf(plan: Plan): string[] {
  return [
    ...(plan['Index Name'] ? [plan['Index Name']] : []),
    ...(plan.Plans ?? []).flatMap(indexesOf),
  ];
}

describeOnPostgres('plans that PostgreSQL keeps', () => {
  let knex: Knex;
  let store: SqlResourceStore<WidgetKinds>;

  /** 300 projects of fifty of a kind with the same value, and what else there is. */
  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    await migrateDatabase(knex);
    const clock = FakeClock.create();
    store = SqlResourceStore.create<WidgetKinds>({
      ...{ knex, clock, indexes: WIDGET_INDEXES, wakeups: () => [] },
      queue: SqlWorkQueue.create({ knex, clock }),
      secrets: SecretCipher.create({ keys: [] }),
    });
    await knex.raw(`
      insert into resources (kind, namespace, name, uid, revision, document)
      select kind, 'p' || p, kind || md5(p || '-' || n), gen_random_uuid(), 1, '{"metadata":{}}'
      from generate_series(1, 300) p,
        (values ('Widget', 50), ('Stage', 5), ('Warehouse', 1), ('Promotion', 40)) kinds (kind, many),
        generate_series(1, many) n`);
    for (const [term, value] of [
      ['index:color', `'red'`],
      ['label:alias', 'md5(id::text)'],
      ['sort:created', `'2026-01-01T' || id`],
    ]) {
      await knex.raw(
        `insert into resource_terms select id, kind, '${term}', ${value}, namespace, name from resources`,
      );
    }
    await knex.raw('analyze');
  });

  /** The indexes by which the statements of a list are run once their plan is kept. */
  async function plannedFor(list: () => Promise<unknown>): Promise<string[]> {
    const statements: Array<{ sql: string; bindings: string[] }> = [];
    const note = (statement: { sql: string; bindings: string[] }) =>
      statements.push(statement);
    knex.on('query', note);
    await list();
    knex.removeListener('query', note);
    const used: string[] = [];
    for (const { sql, bindings } of statements) {
      await knex.transaction(async tx => {
        await tx.raw('set local plan_cache_mode = force_generic_plan');
        await tx.raw(`prepare listed as ${sql}`.replaceAll('?', '\\?'));
        const values = bindings.map(value => `'${value}'`).join(', ');
        const { rows } = await tx.raw(
          `explain (format json) execute listed (${values})`,
        );
        used.push(...indexesOf(rows[0]['QUERY PLAN'][0].Plan));
        await tx.raw('deallocate listed');
      });
    }
    return used.filter(name => name.startsWith('resource_terms'));
  }

  it.each([
    [
      'in a namespace by the index of namespaces',
      { namespace: 'p7' },
      'resource_terms_namespace_idx',
    ],
    [
      'of a namespace in pages by the index of namespaces',
      { namespace: 'p7', limit: 20 },
      'resource_terms_namespace_idx',
    ],
    [
      'everywhere in pages by the index of values',
      { limit: 20 },
      'resource_terms_value_idx',
    ],
  ])('list what has a value %s', async (_, options, expected) => {
    const index = { name: 'color', value: 'red' };
    const used = await plannedFor(() =>
      store.list('Widget', { ...options, index } as never),
    );
    expect(new Set(used)).toEqual(new Set([expected]));
  });
});
