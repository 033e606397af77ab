import {
  CredentialProvider,
  CredentialsRejectedError,
  SecretText,
} from 'backstage-plugin-kargo-node';

const PEM = /^-----BEGIN /;

/** A private SSH key from a Secret, as PEM text or base64 of it; for git alone. */
export const sshProvider: CredentialProvider = {
  id: 'ssh',
  appliesTo: (request, data) => request.type === 'git' && !!data?.sshPrivateKey,
  async resolve(_, data) {
    const given = (data?.sshPrivateKey ?? '').trim();
    const key = PEM.test(given)
      ? given
      : Buffer.from(given, 'base64').toString('utf8').trim();
    if (!PEM.test(key)) {
      throw new CredentialsRejectedError(
        'sshPrivateKey is neither a PEM private key nor base64 of one',
      );
    }
    // OpenSSH refuses a key whose last line does not end, or whose lines end as on Windows.
    const lines = key.replace(/\r\n?/g, '\n');
    return { sshPrivateKey: SecretText.of(`${lines}\n`) };
  },
};
