import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { FakeClock } from '../../testing/FakeClock';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from './migrate';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';

jest.setTimeout(60_000);

const PLAINTEXT = 'correct horse battery staple';
const ENCODED = Buffer.from(PLAINTEXT).toString('base64');
const OLD = SecretCipher.create({ keys: ['o'.repeat(32)] });
const BOTH = SecretCipher.create({ keys: ['n'.repeat(32), 'o'.repeat(32)] });
const NEW = SecretCipher.create({ keys: ['n'.repeat(32)] });
const NONE = SecretCipher.create({ keys: [] });

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

function aSecret(name = 's') {
  return {
    apiVersion: 'v1',
    kind: 'Secret' as const,
    metadata: { name, namespace: 'p' },
    data: { password: ENCODED },
  };
}
const aKey = (name = 's') => ({
  kind: 'Secret' as const,
  namespace: 'p',
  name,
});

describe.each(databases.eachSupportedId())('Secrets on %s', databaseId => {
  let knex: Knex;

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    await migrateDatabase(knex);
  });

  function createStore(secrets: SecretCipher) {
    const clock = FakeClock.create();
    const queue = SqlWorkQueue.create({ knex, clock });
    return SqlResourceStore.create({
      ...{ knex, clock, queue, secrets },
      indexes: [],
      wakeups: ({ key }) => [{ key }],
    });
  }

  async function dumpDatabase(): Promise<string> {
    const tables = ['resources', 'resource_changes', 'resource_terms'];
    const rows = await Promise.all(tables.map(table => knex(table)));
    return JSON.stringify(rows);
  }

  it('reads them anew for each who is shown them', async () => {
    const store = createStore(OLD);
    await store.create(aSecret());
    await store.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', namespace: 'p' },
    });
    const isHeld = async (kind: 'ConfigMap' | 'Secret') => {
      const first = await store.list(kind, { shared: true });
      const second = await store.list(kind, { shared: true });
      expect(first.items).toHaveLength(1);
      const { name } = first.items[0].metadata;
      const found = await store.findShared({ kind, namespace: 'p', name });
      expect(found.resource).toEqual(first.items[0]);
      return [second.items[0], found.resource].includes(first.items[0]);
    };
    expect([await isHeld('Secret'), await isHeld('ConfigMap')]).toEqual([
      false,
      true,
    ]);
  });

  it('leaves nothing in the clear in any table', async () => {
    const store = createStore(OLD);
    await store.create({
      ...aSecret(),
      stringData: { token: PLAINTEXT },
      metadata: {
        ...aSecret().metadata,
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': `{"stringData":"${PLAINTEXT}"}`,
          kept: 'yes',
        },
      },
    } as ReturnType<typeof aSecret>);
    await store.patch(aKey(), { stringData: { other: PLAINTEXT } });
    await store.delete(aKey());
    const dump = await dumpDatabase();
    expect(dump).toContain('"kept\\":\\"yes');
    expect(dump).not.toContain(PLAINTEXT);
    expect(dump).not.toContain(ENCODED);
    expect(dump).not.toContain('stringData');
  });

  it('joins stringData into data', async () => {
    const store = createStore(OLD);
    await store.create(aSecret());
    await store.patch(aKey(), { stringData: { token: 'ü' } });
    const secret = await store.get(aKey());
    expect(secret.data).toEqual({ password: ENCODED, token: 'w7w=' });
    expect(secret).not.toHaveProperty('stringData');
    expect(secret.metadata.generation).toBe(2);
  });

  it('keeps the revision of a Secret that is applied again', async () => {
    const store = createStore(OLD);
    const created = await store.create(aSecret());
    expect(await store.replace(aSecret())).toEqual(created);
  });

  it('sends the data of changes to watches, but not of deletions', async () => {
    const store = createStore(OLD);
    const { resourceVersion } = await store.list('Secret');
    await store.create(aSecret());
    await store.delete(aKey());
    const abort = new AbortController();
    const seen: unknown[] = [];
    for await (const event of store.watch('Secret', {
      resourceVersion,
      signal: abort.signal,
    })) {
      seen.push([event.type, event.type !== 'BOOKMARK' && event.object.data]);
      if (event.type === 'DELETED') {
        abort.abort();
      }
    }
    expect(seen).toEqual([
      ['ADDED', { password: ENCODED }],
      ['DELETED', undefined],
    ]);
  });

  it('stores no Secret without a key, and everything else', async () => {
    const store = createStore(NONE);
    await expect(store.create(aSecret())).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining('kargo.secrets.encryptionKeys'),
    });
    expect(await store.find(aKey())).toBeUndefined();
    await store.create({ ...aSecret(), kind: 'ConfigMap' });
    const empty = { ...aSecret('empty'), data: undefined };
    await store.create(empty);
    expect(await store.count('ConfigMap')).toBe(1);
    expect(await store.count('Secret')).toBe(1);
  });

  it('rotates rows and history to the current key', async () => {
    const before = createStore(OLD);
    for (let index = 0; index < 230; index++) {
      await before.create(aSecret(`s${index}`));
    }
    const store = createStore(BOTH);
    await store.patch(aKey('s0'), { metadata: { labels: { a: 'b' } } });
    const first = await store.get(aKey('s1'));
    expect(first.data).toEqual({ password: ENCODED });

    expect(await store.rotateSecrets()).toEqual({
      rotated: 229 + 230,
      unreadable: [],
    });
    expect(await store.rotateSecrets()).toEqual({ rotated: 0, unreadable: [] });

    const after = createStore(NEW);
    expect(await after.get(aKey('s1'))).toEqual(first);
    expect((await after.list('Secret')).items).toHaveLength(230);
  });

  it('says which key is missing, and still replaces, deletes and rotates', async () => {
    const lost = createStore(OLD);
    await lost.create(aSecret('a'));
    await lost.create(aSecret('b'));
    const store = createStore(NEW);
    const missing = `is encrypted with key ${OLD.currentKeyId}, which is none of the keys in kargo.secrets.encryptionKeys`;
    await expect(store.get(aKey('a'))).rejects.toThrow(missing);
    await expect(store.patch(aKey('a'), {})).rejects.toThrow(missing);
    const { rotated, unreadable } = await store.rotateSecrets();
    expect(rotated).toBe(0);
    expect(unreadable).toEqual([
      expect.stringContaining('Secret p/a'),
      expect.stringContaining('Secret p/b'),
    ]);

    await store.replace(aSecret('a'));
    await store.delete(aKey('b'));
    expect((await store.list('Secret')).items).toMatchObject([
      { metadata: { name: 'a' }, data: { password: ENCODED } },
    ]);
  });
});
