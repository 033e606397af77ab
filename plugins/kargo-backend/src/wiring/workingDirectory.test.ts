import os from 'node:os';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { locateWorkingDirectory } from './workingDirectory';

const locate = (data: JsonObject) =>
  locateWorkingDirectory(new ConfigReader(data));

const onPostgres = (connection: JsonObject | string, more: JsonObject = {}) =>
  locate({
    kargo: { workingDirectory: '/var/lib/kargo' },
    backend: { database: { client: 'pg', connection }, ...more },
  });

describe('locateWorkingDirectory', () => {
  it('lies in the configured folder', () => {
    expect(onPostgres({ host: 'db' })).toMatch(
      /^\/var\/lib\/kargo\/portal-[0-9a-f]{12}$/,
    );
  });

  it('is one of the user, also of one who is in no list of users', () => {
    const unknown = jest.spyOn(os, 'userInfo').mockImplementation(() => {
      throw new Error('uv_os_get_passwd returned ENOENT');
    });
    expect(locate({})).toContain(`/backstage-kargo-${process.getuid?.()}/`);
    unknown.mockRestore();
  });

  it.each<[string, () => string, () => string]>([
    [
      'two databases',
      () => onPostgres({ host: 'db', database: 'a' }),
      () => onPostgres({ host: 'db', database: 'b' }),
    ],
    [
      'two folders of SQLite',
      () => onPostgres({ directory: '/a' }),
      () => onPostgres({ directory: '/b' }),
    ],
    [
      'two portals in memory',
      () => locate({ backend: { baseUrl: 'http://localhost:7007' } }),
      () => locate({ backend: { baseUrl: 'http://localhost:8008' } }),
    ],
  ])('differs for portals with %s', (_, first, second) => {
    expect(first()).not.toBe(second());
  });

  it.each<[string, () => string, () => string]>([
    [
      'password',
      () => onPostgres({ host: 'db', user: 'u', password: 'one' }),
      () => onPostgres({ host: 'db', user: 'u', password: 'two' }),
    ],
    [
      'password in the address of the database',
      () => onPostgres('postgresql://u:one@db/kargo'),
      () => onPostgres('postgresql://u:two@db/kargo'),
    ],
    [
      'port after a restart',
      () => onPostgres({ host: 'db' }, { baseUrl: 'http://localhost:7007' }),
      () => onPostgres({ host: 'db' }, { baseUrl: 'http://localhost:8008' }),
    ],
  ])('stays where it is with another %s', (_, first, second) => {
    expect(first()).toBe(second());
  });
});
