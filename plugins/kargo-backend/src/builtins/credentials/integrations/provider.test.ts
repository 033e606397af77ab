import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { JsonObject } from '@backstage/types';
import { CredentialType } from 'backstage-plugin-kargo-node';
import { LoopbackServer, Reply, startLoopbackServer } from 'kargo-test';
import { jsonReply } from '../../../testing/FakeHosts';
import { verifyJwt } from '../../../testing/signatures';
import { createIntegrationsProvider } from './provider';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
});
const PEM = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const context = { now: () => 0, fetch };

function providerFor(integrations: JsonObject) {
  return createIntegrationsProvider(
    ScmIntegrations.fromConfig(new ConfigReader({ integrations })),
  );
}

function requestFor(repoURL: string, type: CredentialType = 'git') {
  return { project: 'demo', type, repoURL };
}

const GITHUB = { github: [{ host: 'github.com', token: 'gh' }] };

function expectApp(authorization = ''): void {
  const jwt = authorization.replace(/^bearer /i, '');
  expect(verifyJwt(jwt, publicKey).claims.iss).toBe(7);
}

describe('credentials of integrations', () => {
  it.each<[string, JsonObject, string, string]>([
    [
      'a GitHub token',
      GITHUB,
      'https://github.com/o/r.git',
      'x-access-token:gh',
    ],
    [
      'a GitLab token',
      {
        gitlab: [
          {
            host: 'gl.corp',
            apiBaseUrl: 'https://gl.corp/api/v4',
            token: 'gl',
          },
        ],
      },
      'https://gl.corp/group/o/r',
      'oauth2:gl',
    ],
    [
      'an Azure DevOps token',
      {
        azure: [
          {
            host: 'dev.azure.com',
            credentials: [{ personalAccessToken: 'az' }],
          },
        ],
      },
      'https://dev.azure.com/org/project/_git/r',
      'kargo:az',
    ],
    [
      'a Bitbucket Cloud app password',
      { bitbucketCloud: [{ username: 'me', appPassword: 'bb' }] },
      'https://bitbucket.org/o/r',
      'me:bb',
    ],
    [
      'a Bitbucket Cloud API token',
      { bitbucketCloud: [{ username: 'me@corp', token: 'bb' }] },
      'https://bitbucket.org/o/r',
      // The API of Bitbucket knows them by their address.
      'me@corp:bb',
    ],
    [
      'a Bitbucket Cloud token of nobody',
      { bitbucketCloud: [{ token: 'bb' }] },
      'https://bitbucket.org/o/r',
      'x-bitbucket-api-token-auth:bb',
    ],
    [
      'a Bitbucket Server token',
      {
        bitbucketServer: [
          { host: 'bb.corp', apiBaseUrl: 'https://bb.corp/rest', token: 'bs' },
        ],
      },
      'https://bb.corp/scm/o/r.git',
      'x-token-auth:bs',
    ],
    [
      'a Bitbucket Server password',
      {
        bitbucketServer: [
          {
            ...{ host: 'bb.corp', apiBaseUrl: 'https://bb.corp/rest' },
            ...{ username: 'me', password: 'bs' },
          },
        ],
      },
      'https://bb.corp/scm/o/r.git',
      'me:bs',
    ],
    [
      'a Gitea password',
      { gitea: [{ host: 'gitea.corp', username: 'me', password: 'gt' }] },
      'https://gitea.corp/o/r',
      'me:gt',
    ],
    [
      'a Gitea token',
      { gitea: [{ host: 'gitea.corp', password: 'gt' }] },
      'https://gitea.corp/o/r',
      'kargo:gt',
    ],
    [
      'a Gerrit password',
      {
        gerrit: [
          {
            host: 'gerrit.corp',
            gitilesBaseUrl: 'https://gerrit.corp/gitiles',
            username: 'me',
            password: 'gr',
          },
        ],
      },
      'https://gerrit.corp/a/r',
      'me:gr',
    ],
    [
      'a host with a port',
      { gitea: [{ host: 'gitea.corp:3000', username: 'me', password: 'gt' }] },
      'https://gitea.corp:3000/o/r',
      'me:gt',
    ],
  ])('are those of %s', async (_, integrations, url, expected) => {
    const provider = providerFor(integrations);
    expect(provider.appliesTo(requestFor(url), undefined)).toBe(true);
    const found = await provider.resolve(requestFor(url), undefined, context);
    expect(`${found?.username}:${found?.password?.reveal()}`).toBe(expected);
    expect(found?.expiresAt).toBeUndefined();
  });

  it.each<[string, string, CredentialType, object | undefined]>([
    ['another host', 'https://git.example.com/o/r', 'git', undefined],
    [
      'a host with a like name',
      'https://github.com.evil/o/r',
      'git',
      undefined,
    ],
    ['another port', 'https://github.com:8443/o/r', 'git', undefined],
    [
      'an integration without credentials',
      'https://gitlab.com/o/r',
      'git',
      undefined,
    ],
    ['SSH', 'git@github.com:o/r.git', 'git', undefined],
    ['an image', 'https://github.com/o/r', 'image', undefined],
    ['a chart', 'https://github.com/o/r', 'helm', undefined],
    ['a repository with a Secret', 'https://github.com/o/r', 'git', {}],
    ['no URL at all', 'https://', 'git', undefined],
  ])('are not for %s', (_, url, type, data) => {
    expect(
      providerFor(GITHUB).appliesTo(
        requestFor(url, type),
        data as Record<string, string> | undefined,
      ),
    ).toBe(false);
  });

  describe('of a GitHub App', () => {
    let server: LoopbackServer;
    let repositories: string[];
    let mint: () => Reply;

    function provider() {
      return providerFor({
        github: [
          {
            host: 'github.corp',
            apiBaseUrl: server.url,
            apps: [
              {
                appId: 7,
                privateKey: PEM,
                webhookSecret: 'w',
                clientId: 'c',
                clientSecret: 's',
              },
            ],
          },
        ],
      });
    }

    beforeEach(async () => {
      repositories = ['config'];
      mint = () =>
        jsonReply(
          {
            token: 'installation token',
            expires_at: new Date(Date.now() + 3_600_000).toISOString(),
            repository_selection: 'selected',
          },
          201,
        );
      server = await startLoopbackServer({
        route: ({ method, url }) => `${method} ${url.pathname}`,
        async handle({ headers }, { route }) {
          if (route === 'GET /installation/repositories') {
            return jsonReply({
              total_count: repositories.length,
              repositories: repositories.map(name => ({ name })),
            });
          }
          expectApp(headers.authorization);
          return route === 'GET /app/installations'
            ? jsonReply([{ id: 42, account: { login: 'Acme' } }])
            : mint();
        },
      });
    });

    afterEach(() => server.close());

    const resolve = (name: string) =>
      provider().resolve(
        requestFor(`https://github.corp/acme/${name}.git`),
        undefined,
        context,
      );

    it('are a token of its installation', async () => {
      const found = await resolve('config');
      expect(found?.username).toBe('x-access-token');
      expect(found?.password?.reveal()).toBe('installation token');
    });

    it('are none for a repository that it is not installed for', async () => {
      expect(await resolve('public')).toBeUndefined();
    });

    it.each([
      [403, 'CredentialsRejectedError'],
      [500, 'UpstreamUnavailableError'],
    ])(
      'that fail with %p are a %s without the request',
      async (status, name) => {
        mint = () => jsonReply({ message: 'no' }, status);
        const error: unknown = await resolve('config').catch(e => e);
        expect(error).toMatchObject({
          name,
          message: expect.stringContaining(`github.corp was asked for`),
        });
        expect(inspect(error, { depth: Infinity })).not.toMatch(/bearer/i);
      },
    );
  });
});
