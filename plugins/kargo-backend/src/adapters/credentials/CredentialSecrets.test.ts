import { TestDatabases } from '@backstage/backend-test-utils';
import { FakeClock } from '../../testing/FakeClock';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from '../store/migrate';
import { SecretCipher } from '../store/SecretCipher';
import { SqlResourceStore } from '../store/SqlResourceStore';
import { CredentialSecrets, LISTING_MS } from './CredentialSecrets';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

function aSecret(name: string, type?: string) {
  return {
    apiVersion: 'v1',
    kind: 'Secret' as const,
    metadata: {
      name,
      namespace: 'p',
      ...(type && { labels: { 'kargo.akuity.io/cred-type': type } }),
    },
    data: { username: Buffer.from('Jürgen').toString('base64') },
  };
}

describe('CredentialSecrets', () => {
  let clock: FakeClock;
  /** A replica on the same database. */
  let aStore: (key?: string) => SqlResourceStore;
  let store: SqlResourceStore;
  let secrets: CredentialSecrets;

  beforeEach(async () => {
    const knex = await databases.init('SQLITE_3');
    await migrateDatabase(knex);
    clock = FakeClock.create();
    aStore = (key = 'k'.repeat(32)) =>
      SqlResourceStore.create({
        ...{ knex, clock, indexes: [], wakeups: () => [] },
        queue: SqlWorkQueue.create({ knex, clock }),
        secrets: SecretCipher.create({ keys: [key] }),
      });
    store = aStore();
    secrets = CredentialSecrets.create({ store, clock });
  });

  const namesOf = async (type: 'git' | 'image') =>
    (await secrets.list('p', type)).map(({ name }) => name);

  it('lists those of a type, decoded', async () => {
    await store.create(aSecret('a', 'git'));
    await store.create(aSecret('b', 'image'));
    await store.create(aSecret('c', 'generic'));
    await store.create(aSecret('d'));
    expect(await namesOf('git')).toEqual(['a']);
    expect(await namesOf('image')).toEqual(['b']);
    const [secret] = await secrets.list('p', 'git');
    expect(secret.data).toEqual({ username: 'Jürgen' });
  });

  it('reads a namespace once for all who ask within two seconds', async () => {
    const list = jest.spyOn(store, 'list');
    await Promise.all([1, 2, 3].map(() => secrets.list('p', 'git')));
    await secrets.list('p', 'image');
    await clock.advance(LISTING_MS - 1);
    await secrets.list('p', 'git');
    expect(list).toHaveBeenCalledTimes(1);
    await secrets.list('q', 'git');
    expect(list).toHaveBeenCalledTimes(2);
  });

  it('sees what was stored at once', async () => {
    expect(await namesOf('git')).toEqual([]);
    await store.create(aSecret('a', 'git'));
    expect(await namesOf('git')).toEqual(['a']);
    await store.replace({ ...aSecret('a', 'git'), data: {} });
    const [changed] = await secrets.list('p', 'git');
    expect(changed.data).toEqual({});
    await store.delete({ kind: 'Secret', namespace: 'p', name: 'a' });
    expect(await namesOf('git')).toEqual([]);
  });

  it('sees what was stored while it was reading', async () => {
    const reading = secrets.list('p', 'git');
    await store.create(aSecret('a', 'git'));
    await reading;
    expect(await namesOf('git')).toEqual(['a']);
  });

  it('reads nothing anew for what is no Secret, or of another namespace', async () => {
    await namesOf('git');
    const list = jest.spyOn(store, 'list');
    const secret = aSecret('a', 'git');
    await store.create({
      ...secret,
      metadata: { ...secret.metadata, namespace: 'q' },
    });
    await store.create({ ...secret, kind: 'ConfigMap', data: { a: 'b' } });
    await namesOf('git');
    expect(list).not.toHaveBeenCalled();
  });

  it('sees what another replica has stored after two seconds', async () => {
    expect(await namesOf('git')).toEqual([]);
    await aStore().create(aSecret('a', 'git'));
    await clock.advance(LISTING_MS);
    expect(await namesOf('git')).toEqual(['a']);
  });

  it('counts the two seconds whatever the clock is set to', async () => {
    const list = jest.spyOn(store, 'list');
    await secrets.list('p', 'git');
    for (const milliseconds of [-3_600_000, 7_200_000]) {
      clock.jump(milliseconds);
      await secrets.list('p', 'git');
    }
    expect(list).toHaveBeenCalledTimes(1);
  });

  it('lists those of every type, what another replica has stored if it must', async () => {
    const dataOf = async (options?: { isFresh: boolean }) =>
      (await secrets.listAll('p', options)).map(({ name, data }) => [
        name,
        ...Object.keys(data),
      ]);
    await store.create(aSecret('a', 'git'));
    await store.create(aSecret('b', 'image'));
    await store.create(aSecret('c'));
    const known = [
      ['a', 'username'],
      ['b', 'username'],
    ];
    expect(await dataOf()).toEqual(known);
    await aStore().replace({ ...aSecret('a', 'git'), data: {} });
    expect(await dataOf()).toEqual(known);
    const changed = [['a'], ['b', 'username']];
    expect(await dataOf({ isFresh: true })).toEqual(changed);
    expect(await dataOf()).toEqual(changed);
  });

  it('lists without its values what no key opens', async () => {
    await aStore('l'.repeat(32)).create(aSecret('a', 'git'));
    await expect(namesOf('git')).rejects.toThrow();
    expect(await secrets.listAll('p', { isFresh: true })).toMatchObject([
      { name: 'a', data: {} },
    ]);
  });

  it('asks again at once after the store failed', async () => {
    jest.spyOn(store, 'list').mockRejectedValueOnce(new Error('locked'));
    await expect(secrets.list('p', 'git')).rejects.toThrow('locked');
    expect(await namesOf('git')).toEqual([]);
  });
});
