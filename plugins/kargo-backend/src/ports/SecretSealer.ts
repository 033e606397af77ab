import { ResourceKey } from 'backstage-plugin-kargo-common';

/** Whose text it is; bound into the ciphertext so that it cannot be moved elsewhere. */
export interface SecretIdentity extends ResourceKey {
  uid: string;
}

/** Encrypted text and the key that opens it. */
export interface SealedText {
  text: string;
  keyId: string;
}

/** Encrypts what must not lie in the store in the clear. */
export interface SecretSealer {
  /** @throws ServiceUnavailableError when no key is configured. */
  seal(plaintext: string, identity: SecretIdentity): SealedText;
  /** @throws Error when the key is not known or the text was tampered with. */
  unseal(sealed: SealedText, identity: SecretIdentity): string;
}
