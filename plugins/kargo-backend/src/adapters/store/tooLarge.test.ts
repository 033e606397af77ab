import { Knex } from 'knex';
import { FakeClock } from '../../testing/FakeClock';
import { openStore } from '../../testing/openStore';
import { aStage } from '../../testing/resourceBuilders';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';

const MIB = 1024 * 1024;
const KEY = { kind: 'Stage', namespace: 'demo', name: 'test' } as const;

/** A status that takes about so much. */
const statusOf = (bytes: number) => ({
  metadata: { text: '.'.repeat(bytes) },
});

// Stored by a release that took more, or beside the store.
describe('what was too large before', () => {
  let knex: Knex;
  let store: SqlResourceStore;

  beforeEach(async () => {
    const clock = FakeClock.create();
    const opened = await openStore(clock);
    ({ knex } = opened);
    const { metadata, ...stage } = aStage();
    await opened.store.create({
      ...stage,
      metadata: {
        name: metadata.name,
        namespace: metadata.namespace,
        finalizers: ['test'],
      },
    });
    await knex('resources')
      .where({ name: 'test' })
      .update({ status: JSON.stringify(statusOf(2 * MIB)) });
    // One that does not remember what it wrote.
    store = SqlResourceStore.create({
      ...{ knex, clock, indexes: [], wakeups: () => [] },
      secrets: SecretCipher.create({ keys: [] }),
      queue: SqlWorkQueue.create({ knex, clock }),
    });
  });

  afterEach(() => knex.destroy());

  it.each([
    ['a little smaller', 1.9 * MIB],
    ['as small as others are', 10],
  ])('may become %s', async (_, bytes) => {
    await store.patchStatus(KEY, statusOf(bytes));
    const { status } = await store.get(KEY);
    expect(String(status?.metadata?.text)).toHaveLength(Math.trunc(bytes));
  });

  it.each([
    ['larger', { metadata: { text: '.'.repeat(2.1 * MIB) } }],
    ['larger by a word', { metadata: { more: 'x' } }],
  ])('may not become %s', async (_, status) => {
    await expect(store.patchStatus(KEY, status)).rejects.toMatchObject({
      name: 'ResourceTooLargeError',
    });
  });

  it('may be deleted', async () => {
    await store.delete(KEY);
    const { metadata } = await store.get(KEY);
    expect(metadata.deletionTimestamp).toBeDefined();
    await store.patch(KEY, { metadata: { finalizers: null } });
    expect(await store.find(KEY)).toBeUndefined();
  });
});
