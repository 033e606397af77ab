import { CredentialType } from 'backstage-plugin-kargo-node';
import { mayReceiveCredentials, selectSecret } from './selectSecret';

function exact(name: string, repoURL: string) {
  return { name, data: { repoURL } };
}

function regex(name: string, repoURL: string, flag = 'true') {
  return { name, data: { repoURL, repoURLIsRegex: flag } };
}

type Case = [
  string,
  Array<ReturnType<typeof exact>>,
  CredentialType,
  string,
  string | undefined,
];

const cases: Case[] = [
  [
    'another port of a chart server is another server',
    [exact('a', 'http://charts.corp:8080')],
    'helm',
    'http://charts.corp:8443',
    undefined,
  ],
  [
    'the same port of a chart server',
    [exact('a', 'https://Charts.corp:8443')],
    'helm',
    'https://charts.corp:8443',
    'a',
  ],
  [
    'another port of an OCI registry with charts',
    [exact('a', 'oci://charts.corp:8080/app')],
    'helm',
    'oci://charts.corp:8443/app',
    undefined,
  ],
  [
    'an exact URL',
    [exact('a', 'ghcr.io/o/app')],
    'image',
    'ghcr.io/o/app',
    'a',
  ],
  [
    'exact before pattern',
    [
      regex('a', '^https://github\\.com/'),
      exact('z', 'https://github.com/o/r'),
    ],
    'git',
    'https://github.com/o/r.git',
    'z',
  ],
  [
    'both URLs are normalised',
    [exact('a', 'https://github.com/o/r.git')],
    'git',
    'https://GitHub.com/O/r/',
    'a',
  ],
  [
    'no match by host alone',
    [exact('a', 'oci://harbor.example.com')],
    'helm',
    'oci://harbor.example.com/p/app',
    undefined,
  ],
  [
    'a pattern sees the URL as written',
    [regex('a', '^oci://harbor\\.example\\.com/')],
    'helm',
    'oci://harbor.example.com/p/app',
    'a',
  ],
  [
    'a pattern sees the normalised URL',
    [regex('a', '^harbor\\.example\\.com/')],
    'helm',
    'oci://harbor.example.com/p/app',
    'a',
  ],
  [
    'a line end after a pattern belongs to its file',
    [regex('a', '^oci://harbor\\.example\\.com/.*\r\n')],
    'helm',
    'oci://harbor.example.com/p/app',
    'a',
  ],
  [
    'a pattern minds the case',
    [regex('a', '^oci://Harbor')],
    'helm',
    'oci://harbor.example.com/p/app',
    undefined,
  ],
  [
    'a broken pattern is passed over',
    [regex('a', '['), exact('b', 'ghcr.io/o/app')],
    'image',
    'ghcr.io/o/app',
    'b',
  ],
  [
    'the first by name of several for the same URL',
    [exact('b', 'ghcr.io/o/app'), exact('a', 'ghcr.io/o/app')],
    'image',
    'ghcr.io/o/app',
    'a',
  ],
  [
    'the first by name of several patterns',
    [regex('b', 'ghcr'), regex('a', 'app$')],
    'image',
    'ghcr.io/o/app',
    'a',
  ],
  [
    'only "true" makes a pattern',
    [regex('a', '.*', 'True')],
    'image',
    'ghcr.io/o/app',
    undefined,
  ],
  [
    'Docker Hub has one name',
    [exact('a', 'docker.io/library/nginx')],
    'image',
    'nginx',
    'a',
  ],
  [
    'a trailing slash counts for charts',
    [exact('a', 'https://charts.example.com/')],
    'helm',
    'https://charts.example.com',
    undefined,
  ],
  [
    'user info does not count for git',
    [exact('a', 'https://user@dev.azure.com/o/p/_git/r')],
    'git',
    'https://dev.azure.com/o/p/_git/r',
    'a',
  ],
  [
    'a pattern with user info does not match without',
    [regex('a', '^https://user@dev')],
    'git',
    'https://dev.azure.com/o/p/_git/r',
    undefined,
  ],
  [
    'a Secret without URL is passed over',
    [{ name: 'a', data: { repoURL: '' } }],
    'git',
    'https://x.y/z',
    undefined,
  ],
];

describe('selectSecret', () => {
  it.each(cases)('%s', (_, secrets, type, url, expected) => {
    expect(selectSecret(secrets, type, url)?.name).toBe(expected);
  });
});

describe('mayReceiveCredentials', () => {
  it.each([
    ['TLS', 'https://git.example.com/o/r', true],
    ['SSH', 'git@git.example.com:o/r', true],
    ['an image', 'ghcr.io/o/app', true],
    ['nothing', '', true],
    ['another scheme', 'httpd:o/r', true],
    ['plain HTTP', 'http://git.example.com/o/r', false],
    ['plain HTTP in capitals', 'HTTP://git.example.com/o/r', false],
    ['plain HTTP with a user', 'http://user@git.example.com/o/r', false],
    ['an allowed host', 'http://git.corp:3000/o/r', true],
    ['an allowed host in capitals', 'http://Git.Corp:3000/o/r', true],
    ['an allowed host with a user', 'http://u:p@git.corp:3000/o/r', true],
    ['an allowed host behind a blank', ' http://git.corp:3000/o/r', true],
    [
      'an allowed host in the path',
      'http://git.example.com/git.corp:3000',
      false,
    ],
    ['a blank in front', ' http://git.example.com/o/r', false],
    ['what is not seen in front', '\t\u200bhttp://git.example.com/o/r', false],
    ['what is not seen within', 'ht\ntp://git.example.com/o/r', false],
    ['one slash', 'http:/git.corp:3000/o/r', false],
    ['no slash', 'http:git.corp:3000/o/r', false],
    ['two users', 'http://a@b@git.corp:3000/o/r', false],
  ])('%s', (_, url, expected) => {
    expect(mayReceiveCredentials(url, host => host === 'git.corp:3000')).toBe(
      expected,
    );
  });
});
