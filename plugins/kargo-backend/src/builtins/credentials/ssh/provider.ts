import {
  CredentialProvider,
  CredentialsRejectedError,
  SecretText,
} from 'backstage-plugin-kargo-node';

const PEM = /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;
const OPENSSH = 'openssh-key-v1\0';

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
    if (isEncrypted(key)) {
      throw new CredentialsRejectedError(
        'sshPrivateKey is protected by a passphrase, for which nobody can be asked; take it away with ssh-keygen -p, or use a key without',
      );
    }
    // OpenSSH refuses a key whose last line does not end, or whose lines end as on Windows.
    const lines = key.replace(/\r\n?/g, '\n');
    return { sshPrivateKey: SecretText.of(`${lines}\n`) };
  },
};

/** In its own format OpenSSH names the cipher first of all, in PEM it stands in the clear. */
function isEncrypted(key: string): boolean {
  if (/^-----BEGIN ENCRYPTED |^Proc-Type: *4,ENCRYPTED/m.test(key)) {
    return true;
  }
  const body = Buffer.from(key.replace(/^-----.*$/gm, ''), 'base64');
  if (!body.toString('latin1').startsWith(OPENSSH)) {
    return false;
  }
  const cipher = body.subarray(OPENSSH.length + 4).toString('latin1');
  return !cipher.startsWith('none');
}
