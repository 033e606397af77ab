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
  let store: SqlResourceStore;
  let secrets: CredentialSecrets;

  beforeEach(async () => {
    const knex = await databases.init('SQLITE_3');
    await migrateDatabase(knex);
    clock = FakeClock.create();
    store = SqlResourceStore.create({
      ...{ knex, clock, indexes: [], wakeups: () => [] },
      queue: SqlWorkQueue.create({ knex, clock }),
      secrets: SecretCipher.create({ keys: ['k'.repeat(32)] }),
    });
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

  it('sees what was added after two seconds', async () => {
    expect(await namesOf('git')).toEqual([]);
    await store.create(aSecret('a', 'git'));
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

  it('asks again at once after the store failed', async () => {
    jest.spyOn(store, 'list').mockRejectedValueOnce(new Error('locked'));
    await expect(secrets.list('p', 'git')).rejects.toThrow('locked');
    expect(await namesOf('git')).toEqual([]);
  });
});
