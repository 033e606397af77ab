import { SecretText } from './SecretText';
import { namesOneSecret, requireSecret, toSecretReference } from './stepSecret';

it.each([
  [{}, false],
  [{ secretName: 'a' }, true],
  [{ sharedSecretName: 'a' }, true],
  [{ secretName: 'a', sharedSecretName: 'a' }, false],
])('names one Secret with %j: %s', (fields, expected) => {
  expect(namesOneSecret(fields)).toBe(expected);
});

it.each([
  [{ secretName: 'a' }, { name: 'a' }],
  [{ sharedSecretName: 'a' }, { name: 'a', shared: true }],
])('means by %j the Secret %j', (fields, expected) => {
  expect(toSecretReference(fields)).toEqual(expected);
});

describe('a Secret that must be there', () => {
  const secrets = {
    find: async ({ name }: { name: string }) =>
      name === 'a'
        ? { user: SecretText.of('ann'), empty: SecretText.of('') }
        : undefined,
  };

  it('gives the keys that it must have', async () => {
    await expect(
      requireSecret(secrets, { name: 'a' }, ['user']),
    ).resolves.toEqual({ user: 'ann' });
  });

  it.each([
    [{ name: 'b' }, 'user', 'the project has no Secret "b"'],
    [{ name: 'b', shared: true }, 'user', 'there is no shared Secret "b"'],
    [{ name: 'a' }, 'token', 'Secret "a" has no key "token"'],
    [{ name: 'a' }, 'empty', 'Secret "a" has no key "empty"'],
  ])('ends the step for %j without %s', async (reference, key, message) => {
    await expect(
      requireSecret(secrets, reference, [key]),
    ).rejects.toMatchObject({ name: 'TerminalError', message });
  });
});
