import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { AdminAccountConfig } from '../api/server/AdminAccount';
import { readDuration } from './readDuration';

const KEY = 'api.adminAccount';
const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;
const MIN_KEY_LENGTH = 32;

/**
 * Reads the admin account: there is one when it has a password and is not switched off.
 *
 * @param config - of the plugin
 * @throws InputError that names the key, and nothing of its value
 */
export function readAdminAccount(config: Config | undefined): {
  adminAccount?: AdminAccountConfig;
} {
  const account = config?.getOptionalConfig(KEY);
  if (!account || account.getOptionalBoolean('enabled') === false) {
    return {};
  }
  const passwordHash = account.getString('passwordHash').trim();
  if (!BCRYPT.test(passwordHash)) {
    throw new InputError(
      `kargo.${KEY}.passwordHash must be a bcrypt hash, as htpasswd -bnBC 10 writes it`,
    );
  }
  const tokenSigningKey = account.getString('tokenSigningKey');
  if (tokenSigningKey.length < MIN_KEY_LENGTH) {
    throw new InputError(
      `kargo.${KEY}.tokenSigningKey must have at least ${MIN_KEY_LENGTH} characters, as openssl rand -base64 48 writes them`,
    );
  }
  const tokenTtlMs = readDuration(account, `kargo.${KEY}`, {
    key: 'tokenTTL',
    fallback: { hours: 24 },
    least: { seconds: 1 },
  });
  return { adminAccount: { passwordHash, tokenSigningKey, tokenTtlMs } };
}
