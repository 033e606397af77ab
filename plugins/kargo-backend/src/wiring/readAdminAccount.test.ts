import { ConfigReader } from '@backstage/config';
import { readAdminAccount } from './readAdminAccount';

const HASH = `$2y$10$${'x'.repeat(53)}`;
const KEY = 'k'.repeat(32);

function read(adminAccount: object | undefined) {
  return readAdminAccount(
    new ConfigReader(adminAccount && { api: { adminAccount } }),
  );
}

describe('readAdminAccount', () => {
  it.each([
    ['nothing is configured', undefined],
    [
      'it is switched off',
      { enabled: false, passwordHash: HASH, tokenSigningKey: KEY },
    ],
  ])('there is no admin account when %s', (_, account) => {
    expect(read(account)).toEqual({});
  });

  it('takes the hash as htpasswd writes it, and a day for tokens', () => {
    expect(read({ passwordHash: `${HASH}\n\n`, tokenSigningKey: KEY })).toEqual(
      {
        adminAccount: {
          passwordHash: HASH,
          tokenSigningKey: KEY,
          tokenTtlMs: 86_400_000,
        },
      },
    );
    expect(
      read({ passwordHash: HASH, tokenSigningKey: KEY, tokenTTL: '1h' })
        .adminAccount?.tokenTtlMs,
    ).toBe(3_600_000);
  });

  it.each([
    [{ passwordHash: 'secret', tokenSigningKey: KEY }, /passwordHash/],
    [{ passwordHash: HASH, tokenSigningKey: 'short' }, /tokenSigningKey/],
    [{ passwordHash: HASH }, /tokenSigningKey/],
    [
      { passwordHash: HASH, tokenSigningKey: KEY, tokenTTL: { hours: -1 } },
      /kargo\.api\.adminAccount\.tokenTTL must be .* 1 seconds, got -3600/,
    ],
    [{ tokenSigningKey: KEY }, /passwordHash/],
  ])(
    'names the key that is wrong, and nothing of its value',
    (account, key) => {
      expect(() => read(account)).toThrow(key);
      expect(() => read(account)).not.toThrow(/secret|short/);
    },
  );
});
