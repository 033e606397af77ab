import { CredentialProvider, SecretText } from 'backstage-plugin-kargo-node';

/**
 * User name and password (or token) from a Secret.
 *
 * @remarks A Secret with both keys but an empty value means "anonymous": it is accepted,
 * so that no other identity is tried, and resolves to nothing.
 */
export const basicProvider: CredentialProvider = {
  id: 'basic',
  appliesTo: (_, data) =>
    data?.username !== undefined && data.password !== undefined,
  async resolve(_, data) {
    const username = withoutLineEnd(data?.username);
    const password = withoutLineEnd(data?.password);
    return username && password
      ? { username, password: SecretText.of(password) }
      : undefined;
  },
};

/** A file or `echo` leaves one behind, and no server takes it for a part of the password. */
function withoutLineEnd(value: string | undefined): string | undefined {
  return value?.replace(/[\r\n]{1,16}$/, '');
}
