import { CredentialType } from 'backstage-plugin-kargo-node';
import { sshProvider } from './provider';

const PEM = `-----BEGIN OPENSSH PRIVATE KEY-----
bm90IGEga2V5
-----END OPENSSH PRIVATE KEY-----`;
const context = { now: () => 0, fetch };

function requestFor(type: CredentialType) {
  return { project: 'demo', type, repoURL: 'git@git.example.com:o/r' };
}

describe('SSH keys', () => {
  it.each<[CredentialType, string | undefined, boolean]>([
    ['git', PEM, true],
    ['git', '', false],
    ['git', undefined, false],
    ['image', PEM, false],
    ['helm', PEM, false],
  ])('for %s with %j: applies %p', (type, sshPrivateKey, expected) => {
    const data = { ...(sshPrivateKey !== undefined && { sshPrivateKey }) };
    expect(sshProvider.appliesTo(requestFor(type), data)).toBe(expected);
  });

  it.each([
    ['as PEM', PEM],
    ['as PEM with space around', `\n${PEM}\n\n`],
    ['as PEM of Windows', PEM.replaceAll('\n', '\r\n')],
    ['in base64', Buffer.from(PEM).toString('base64')],
    [
      'in base64 of Windows',
      Buffer.from(PEM.replaceAll('\n', '\r\n')).toString('base64'),
    ],
  ])('may be written %s, and end in one new line', async (_, sshPrivateKey) => {
    const found = await sshProvider.resolve(
      requestFor('git'),
      { sshPrivateKey },
      context,
    );
    expect(found?.sshPrivateKey?.reveal()).toBe(`${PEM}\n`);
  });

  it.each([
    [
      'of OpenSSH',
      `-----BEGIN OPENSSH PRIVATE KEY-----
${Buffer.from('openssh-key-v1\0\0\0\0\naes256-ctr\0').toString('base64')}
-----END OPENSSH PRIVATE KEY-----`,
    ],
    [
      'of PKCS 8',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----',
    ],
    [
      'of OpenSSL',
      '-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\nDEK-Info: AES-128-CBC,00\r\n\r\nAA==\r\n-----END RSA PRIVATE KEY-----',
    ],
  ])('%s with a passphrase are refused by name', async (_, sshPrivateKey) => {
    await expect(
      sshProvider.resolve(requestFor('git'), { sshPrivateKey }, context),
    ).rejects.toThrow('is protected by a passphrase');
  });

  it('of OpenSSH without a passphrase are taken', async () => {
    const sshPrivateKey = `-----BEGIN OPENSSH PRIVATE KEY-----
${Buffer.from('openssh-key-v1\0\0\0\0\x04none\0').toString('base64')}
-----END OPENSSH PRIVATE KEY-----`;
    await expect(
      sshProvider.resolve(requestFor('git'), { sshPrivateKey }, context),
    ).resolves.toMatchObject({ sshPrivateKey: expect.anything() });
  });

  it.each(['hunter2', '-----BEGIN PUBLIC KEY-----\nhunter2'])(
    'that are none are refused without being shown: %j',
    async sshPrivateKey => {
      const failure = sshProvider.resolve(
        requestFor('git'),
        { sshPrivateKey },
        context,
      );
      await expect(failure).rejects.toMatchObject({
        name: 'CredentialsRejectedError',
        message: expect.not.stringContaining('hunter2'),
      });
    },
  );
});
