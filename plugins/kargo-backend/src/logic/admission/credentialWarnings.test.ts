import { LABELS } from 'backstage-plugin-kargo-common';
import { credentialWarnings } from './credentialWarnings';

function aSecret(type: string, values: Record<string, string>) {
  return {
    apiVersion: 'v1',
    kind: 'Secret' as const,
    metadata: {
      name: 's',
      namespace: 'p',
      labels: { [LABELS.credType]: type },
    },
    stringData: values,
  };
}

const inBase64 = (text: string) => Buffer.from(text).toString('base64');

describe('credentialWarnings', () => {
  it.each([
    ['image', '123456789012.dkr.ecr.us-west-2.amazonaws.com'],
    ['image', 'localhost:5000'],
    ['image', 'https://ghcr.io/'],
    ['helm', 'oci://charts.example.com'],
    ['git', 'https://github.com/'],
    ['git', 'ssh://git@git.example:2222'],
  ])('tells of %s credentials for the whole server %s', (type, repoURL) => {
    const secret = aSecret(type, { repoURL });
    const told = [
      expect.stringContaining('repoURL: this names a server and no repository'),
    ];
    expect(credentialWarnings(secret)).toEqual(told);
    const { stringData, ...rest } = secret;
    const data = { repoURL: inBase64(repoURL) };
    expect(credentialWarnings({ ...rest, data })).toEqual(told);
    const repoURLIsRegex = 'true';
    expect(
      credentialWarnings(aSecret(type, { repoURL, repoURLIsRegex })),
    ).toEqual([]);
  });

  it.each([
    ['image', 'nginx'],
    ['image', 'nginx:1.29'],
    ['image', 'ghcr.io/acme/web'],
    ['helm', 'https://charts.example.com'],
    ['helm', 'oci://charts.example.com/web'],
    ['git', 'https://github.com/acme/deploy.git'],
    ['git', 'git@github.com:acme/deploy.git'],
  ])('says nothing of %s credentials for %s', (type, repoURL) => {
    expect(credentialWarnings(aSecret(type, { repoURL }))).toEqual([]);
  });

  it('tells of credentials for nothing, and of an expression that is none', () => {
    expect(
      credentialWarnings(aSecret('git', { username: 'u', password: 'p' })),
    ).toEqual(['repoURL: there is none, so these credentials are never used']);
    expect(
      credentialWarnings(
        aSecret('git', { repoURL: 'https://(', repoURLIsRegex: 'true' }),
      ),
    ).toEqual([
      'repoURL: this is no regular expression (RE2), so these credentials are never used',
    ]);
  });

  it.each(['gitt', 'constructor', ''])(
    'tells of a type that nobody looks for: %j',
    type => {
      expect(credentialWarnings(aSecret(type, {}))).toEqual([
        'the label kargo.akuity.io/cred-type is none of git, image, helm, generic, so these credentials are never used',
      ]);
    },
  );

  it('says nothing of other Secrets', () => {
    const secret = aSecret('generic', {});
    expect(credentialWarnings(secret)).toEqual([]);
    const { name, namespace } = secret.metadata;
    expect(
      credentialWarnings({ ...secret, metadata: { name, namespace } }),
    ).toEqual([]);
  });
});
