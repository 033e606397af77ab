import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  scryptSync,
} from 'node:crypto';
import { InputError, ServiceUnavailableError } from '@backstage/errors';
import { formatKey } from 'backstage-plugin-kargo-common';
import {
  SealedText,
  SecretIdentity,
  SecretSealer,
} from '../../ports/SecretSealer';
import { StoreUnavailableError } from '../../ports/StoreUnavailableError';

/** Where the keys come from, named in messages. */
const SECRET_KEYS_CONFIG = 'kargo.secrets.encryptionKeys';

const ALGORITHM = 'aes-256-gcm';
const SHORTEST_KEY_TEXT = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/**
 * Fixed, because every replica must derive the same key from the same configuration.
 * The minimum length of the text is what keeps precomputed tables useless.
 */
const DERIVATION_SALT = 'kargo secret data v1';

interface CipherKey {
  id: string;
  key: Buffer;
}

/**
 * Encrypts the data of Secrets, and the outputs of steps that hold some, with AES-256-GCM.
 *
 * @remarks
 * The first key seals, every key opens; a key is found by its id, a fingerprint that
 * tells nothing about the key. Without a key nothing can be sealed.
 */
export class SecretCipher implements SecretSealer {
  readonly #keys: CipherKey[];

  /** @throws InputError when a key text is too short to be safe. */
  static create(options: {
    /** Key texts: the current one first, then those that were used before. */
    keys: readonly string[];
  }): SecretCipher {
    return new SecretCipher(options.keys.map(deriveKey));
  }

  private constructor(keys: CipherKey[]) {
    this.#keys = keys;
  }

  /** Id of the key that seals; `undefined` when no key is configured. */
  get currentKeyId(): string | undefined {
    return this.#keys[0]?.id;
  }

  /** @throws ServiceUnavailableError when no key is configured. */
  seal(plaintext: string, identity: SecretIdentity): SealedText {
    const current = this.#keys[0];
    if (!current) {
      throw new ServiceUnavailableError(
        `${formatKey(
          identity,
        )} cannot be stored: secrets are only kept encrypted, and ${SECRET_KEYS_CONFIG} holds no key`,
      );
    }
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, current.key, nonce);
    cipher.setAAD(identityBytes(identity));
    const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return {
      text: Buffer.concat([nonce, cipher.getAuthTag(), body]).toString(
        'base64',
      ),
      keyId: current.id,
    };
  }

  /**
   * @throws StoreUnavailableError when the key is not known, as on a replica that was not told
   * a new one yet; Error when the text was tampered with.
   */
  unseal(sealed: SealedText, identity: SecretIdentity): string {
    const found = this.#keys.find(key => key.id === sealed.keyId);
    if (!found) {
      throw new StoreUnavailableError(
        `${formatKey(identity)} is encrypted with key ${
          sealed.keyId
        }, which is none of the keys in ${SECRET_KEYS_CONFIG}: add the earlier key behind the current one`,
      );
    }
    const bytes = Buffer.from(sealed.text, 'base64');
    const decipher = createDecipheriv(
      ALGORITHM,
      found.key,
      bytes.subarray(0, NONCE_BYTES),
      { authTagLength: TAG_BYTES },
    );
    decipher.setAAD(identityBytes(identity));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
        decipher.final(),
      ]).toString('utf8');
    } catch {
      // The cause says nothing more than that the check failed.
      throw new Error(
        `The encrypted data of ${formatKey(
          identity,
        )} was changed or belongs to another resource`,
      );
    }
  }
}

function deriveKey(text: string): CipherKey {
  if (text.length < SHORTEST_KEY_TEXT) {
    throw new InputError(
      `Every key in ${SECRET_KEYS_CONFIG} must have at least ${SHORTEST_KEY_TEXT} characters, for example the output of "openssl rand -base64 32"`,
    );
  }
  const key = scryptSync(text, DERIVATION_SALT, 32, { N: 2 ** 14, r: 8, p: 1 });
  const id = createHash('sha256')
    .update('key id')
    .update(key)
    .digest('hex')
    .slice(0, 16);
  return { id, key };
}

function identityBytes(identity: SecretIdentity): Buffer {
  const { kind, namespace, name, uid } = identity;
  return Buffer.from(JSON.stringify([kind, namespace, name, uid]));
}
