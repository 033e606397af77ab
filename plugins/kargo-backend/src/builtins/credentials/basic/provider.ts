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
    return data?.username && data.password
      ? { username: data.username, password: SecretText.of(data.password) }
      : undefined;
  },
};
