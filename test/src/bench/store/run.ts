import type { KindName } from 'backstage-plugin-kargo-common';
import { SqlWorkQueue } from 'backstage-plugin-kargo-backend/src/adapters/queue/SqlWorkQueue';
import { openDatabase } from 'backstage-plugin-kargo-backend/src/adapters/store/migrate';
import { SecretCipher } from 'backstage-plugin-kargo-backend/src/adapters/store/SecretCipher';
import { SqlResourceStore } from 'backstage-plugin-kargo-backend/src/adapters/store/SqlResourceStore';
import { SystemClock } from 'backstage-plugin-kargo-backend/src/adapters/system/SystemClock';
import { INDEXES } from 'backstage-plugin-kargo-backend/src/engine/indexes';
import { createWakeupRule } from 'backstage-plugin-kargo-backend/src/engine/wakeups';
import { DEFAULT_SHARED_NAMESPACE } from 'backstage-plugin-kargo-backend/src/logic/sharedNamespaces';
import type { IndexedListOptions } from 'backstage-plugin-kargo-backend/src/ports/ResourceIndex';
import { type BenchDatabase, onEachDatabase } from './database';
import { aStage, FULL, populate } from './manifests';
import { ratePerSecond, timeIt, type Timing } from './measure';
import { seed } from './seed';

interface Subject {
  store: SqlResourceStore;
  queue: SqlWorkQueue;
}

/**
 * Measures the store with 5,000 Stages, 50,000 Freight and 100,000 Promotions, half of
 * them in one project: on SQLite, and on PostgreSQL where the environment names one.
 */
export async function run(): Promise<object> {
  const results = await onEachDatabase(measureDatabase);
  return { population: FULL, results };
}

async function measureDatabase({ knex }: BenchDatabase): Promise<object> {
  await openDatabase({ getClient: async () => knex });
  await seed(knex, populate(FULL));
  const clock = SystemClock.create();
  const queue = SqlWorkQueue.create({ knex, clock });
  const secrets = SecretCipher.create({ keys: [] });
  const store = SqlResourceStore.create({
    ...{ knex, clock, queue, secrets },
    wakeups: createWakeupRule(DEFAULT_SHARED_NAMESPACE),
    indexes: INDEXES,
  });
  const subject = { store, queue };
  return {
    readMilliseconds: await measureReads(subject),
    watchMilliseconds: await measureWatches(subject),
    writesPerSecond: await measureWrites(subject),
    queuePerSecond: await measureQueue(subject),
  };
}

/** Lists as the pages and the engine ask for them. */
const LISTS: Record<string, [kind: KindName, options: IndexedListOptions]> = {
  'stages of a project, first 50': ['Stage', { namespace: 'p0', limit: 50 }],
  'stages of all projects, first 50': ['Stage', { limit: 50 }],
  'stages of a warehouse in a project': [
    'Stage',
    {
      namespace: 'p0',
      index: { name: 'requestedOrigin', value: 'Warehouse/warehouse-1' },
    },
  ],
  'newest 50 freight of a project': [
    'Freight',
    { namespace: 'p0', orderBy: 'discoveredAt', descending: true, limit: 50 },
  ],
  'newest 20 freight of a warehouse': [
    'Freight',
    {
      namespace: 'p0',
      index: { name: 'origin', value: 'Warehouse/warehouse-1' },
      orderBy: 'discoveredAt',
      descending: true,
      limit: 20,
    },
  ],
  'newest 20 promotions of a stage': [
    'Promotion',
    {
      namespace: 'p0',
      index: { name: 'stage', value: 'stage-1' },
      orderBy: 'createdAt',
      descending: true,
      limit: 20,
    },
  ],
  'newest 50 promotions of a project': [
    'Promotion',
    { namespace: 'p0', orderBy: 'createdAt', descending: true, limit: 50 },
  ],
  'newest 50 promotions of all projects': [
    'Promotion',
    { orderBy: 'createdAt', descending: true, limit: 50 },
  ],
  'newest 50 promotions with a label that all have': [
    'Promotion',
    {
      namespace: 'p0',
      labels: [
        {
          key: 'app.kubernetes.io/managed-by',
          operator: 'In',
          values: ['platform'],
        },
      ],
      orderBy: 'createdAt',
      descending: true,
      limit: 50,
    },
  ],
  'newest 50 promotions with a label that few have': [
    'Promotion',
    {
      namespace: 'p0',
      labels: [{ key: 'tier', operator: 'In', values: ['gold'] }],
      orderBy: 'createdAt',
      descending: true,
      limit: 50,
    },
  ],
  'active promotions of a stage': [
    'Promotion',
    { namespace: 'p0', index: { name: 'active', value: 'stage-7' } },
  ],
  '50 promotions by name': [
    'Promotion',
    {
      namespace: 'p0',
      names: Array.from(
        { length: 50 },
        (_, index) =>
          `stage-${index * 2 + 1}.${String(index * 2 + 1).padStart(26, '0')}`,
      ),
    },
  ],
};

async function measureReads({
  store,
}: Subject): Promise<Record<string, Timing | string>> {
  const timings: Record<string, Timing | string> = {};
  timings['one stage'] = await timeIt(index =>
    store.get({
      kind: 'Stage',
      namespace: 'p0',
      name: `stage-${index * 2 + 1}`,
    }),
  );
  for (const [name, [kind, options]] of Object.entries(LISTS)) {
    const { items } = await store.list(kind, options);
    timings[`${name} (${items.length})`] = await timeIt(() =>
      store.list(kind, options),
    );
  }
  timings['a page of 50 deep in the promotions of a project'] =
    await measureDeepPages(store);
  timings['count of the promotions of a project'] = await timeIt(() =>
    store.count('Promotion', { namespace: 'p0' }),
  );
  return timings;
}

/** Pages of 50 after the first 20,000. */
async function measureDeepPages(store: SqlResourceStore): Promise<Timing> {
  const options = {
    namespace: 'p0',
    orderBy: 'createdAt',
    descending: true,
  };
  const skipped = await store.list('Promotion', { ...options, limit: 20_000 });
  let cursor = skipped.nextCursor;
  return timeIt(async () => {
    const page = await store.list('Promotion', {
      ...options,
      cursor,
      limit: 50,
    });
    cursor = page.nextCursor;
  });
}

async function measureWatches({
  store,
}: Subject): Promise<Record<string, Timing>> {
  return {
    'first 1,000 of a list-and-watch of stages': await timeIt(async () => {
      const abort = new AbortController();
      const options = { signal: abort.signal };
      let seen = 0;
      for await (const event of store.watch('Stage', options)) {
        seen += event.type === 'ADDED' ? 1 : 0;
        if (seen === 1000) {
          abort.abort();
          break;
        }
      }
    }, 5),
    'from a write to its event': await measureEvents(store, 1),
    'from a write to its event in each of 100 watches': await measureEvents(
      store,
      100,
    ),
  };
}

async function measureEvents(
  store: SqlResourceStore,
  watchers: number,
): Promise<Timing> {
  const abort = new AbortController();
  const { resourceVersion } = await store.list('Stage', { limit: 1 });
  const watches = Array.from({ length: watchers }, () =>
    store
      .watch('Stage', { resourceVersion, signal: abort.signal })
      [Symbol.asyncIterator](),
  );
  const key = { kind: 'Stage' as const, namespace: 'p0', name: 'stage-1' };
  const timing = await timeIt(async index => {
    const events = Promise.all(watches.map(watch => watch.next()));
    await store.patchStatus(key, {
      lastHandledRefresh: `${watchers}-${index}`,
    });
    await events;
  });
  abort.abort();
  await Promise.all(watches.map(watch => watch.next()));
  return timing;
}

async function measureWrites({
  store,
}: Subject): Promise<Record<string, number>> {
  const count = 500;
  const range = Array.from({ length: count }, (_, index) => index);
  const patch = (index: number, value: string) =>
    store.patchStatus(
      { kind: 'Stage', namespace: 'p0', name: `stage-${index * 2 + 1}` },
      { lastHandledRefresh: value },
    );
  return {
    'status patches, one after another': await ratePerSecond(
      count,
      async () => {
        for (const index of range) {
          await patch(index, 'a');
        }
      },
    ),
    'status patches, eight at once': await ratePerSecond(count, () =>
      inParallel(range, 8, index => patch(index, 'b')),
    ),
    'status patches that change nothing': await ratePerSecond(
      count,
      async () => {
        for (const index of range) {
          await patch(index, 'b');
        }
      },
    ),
    'new stages': await ratePerSecond(count, async () => {
      for (const index of range) {
        await store.create(aStage(FULL.stages + index));
      }
    }),
  };
}

async function measureQueue({
  queue,
}: Subject): Promise<Record<string, number>> {
  const count = 2_000;
  const keys = Array.from({ length: count }, (_, index) => ({
    kind: 'Bench',
    namespace: 'p0',
    name: `key-${index}`,
  }));
  const marks = keys.map(key => ({ key }));
  return {
    'marks, 100 at a time': await ratePerSecond(count, async () => {
      for (let start = 0; start < count; start += 100) {
        await queue.markDue(marks.slice(start, start + 100));
      }
    }),
    'claims with their settling, 10 at a time': await ratePerSecond(
      count,
      async () => {
        for (let left = count; left > 0; ) {
          const claims = await queue.claimDue({
            limit: 10,
            leaseForMs: 60_000,
            kinds: ['Bench'],
          });
          await Promise.all(claims.map(claim => queue.settle(claim, 'never')));
          left -= claims.length;
        }
      },
    ),
  };
}

async function inParallel(
  items: readonly number[],
  width: number,
  work: (item: number) => Promise<unknown>,
): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
