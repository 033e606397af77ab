import { SecretCipher } from './SecretCipher';

const OLD = 'old key text that is long enough!';
const NEW = 'new key text that is long enough!';
const identity = { kind: 'Secret', namespace: 'p', name: 's', uid: 'u1' };

describe('SecretCipher', () => {
  const current = SecretCipher.create({ keys: [NEW, OLD] });
  const old = SecretCipher.create({ keys: [OLD] });

  it('opens what it sealed, and seals the same text differently each time', () => {
    const text = '{"a":"Grüße an alle"}';
    const first = current.seal(text, identity);
    const second = current.seal(text, identity);
    expect(current.unseal(first, identity)).toBe(text);
    expect(first.text).not.toBe(second.text);
    expect(first.keyId).toBe(current.currentKeyId);
    expect(Buffer.from(first.text, 'base64').toString()).not.toContain(
      'an alle',
    );
  });

  it('derives the same key from the same text on every replica', () => {
    const replica = SecretCipher.create({ keys: [NEW] });
    const sealed = current.seal('text', identity);
    expect(replica.unseal(sealed, identity)).toBe('text');
  });

  it('opens what an earlier key sealed', () => {
    expect(current.unseal(old.seal('text', identity), identity)).toBe('text');
    expect(old.currentKeyId).not.toBe(current.currentKeyId);
  });

  it('names the configuration when the key is not known', () => {
    const sealed = current.seal('text', identity);
    expect(() => old.unseal(sealed, identity)).toThrow(
      `Secret p/s is encrypted with key ${sealed.keyId}, which is none of the keys in kargo.secrets.encryptionKeys: add the earlier key behind the current one`,
    );
  });

  it.each([
    ['kind', { ...identity, kind: 'ConfigMap' }],
    ['namespace', { ...identity, namespace: 'q' }],
    ['name', { ...identity, name: 't' }],
    ['uid', { ...identity, uid: 'u2' }],
    ['where a name begins', { ...identity, namespace: 'ps', name: '' }],
  ])('does not open for another %s', (_, other) => {
    const sealed = current.seal('text', identity);
    expect(() => current.unseal(sealed, other)).toThrow(
      /was changed or belongs to another resource$/,
    );
  });

  it.each([0, 12, 28, 31])('does not open with byte %i changed', position => {
    const { text, keyId } = current.seal('text', identity);
    const bytes = Buffer.from(text, 'base64');
    bytes[position] += 1;
    const tampered = { text: bytes.toString('base64'), keyId };
    expect(() => current.unseal(tampered, identity)).toThrow(
      'The encrypted data of Secret p/s was changed or belongs to another resource',
    );
  });

  it('does not open what was cut off', () => {
    const { keyId } = current.seal('text', identity);
    expect(() => current.unseal({ text: 'AAAA', keyId }, identity)).toThrow();
  });

  it('seals nothing without a key', () => {
    const none = SecretCipher.create({ keys: [] });
    expect(none.currentKeyId).toBeUndefined();
    expect(() => none.seal('text', identity)).toThrow(
      'Secret p/s cannot be stored: secrets are only kept encrypted, and kargo.secrets.encryptionKeys holds no key',
    );
  });

  it('refuses a short key and does not repeat it', () => {
    expect(() => SecretCipher.create({ keys: ['hunter2'] })).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.not.stringContaining('hunter2'),
      }),
    );
  });
});
