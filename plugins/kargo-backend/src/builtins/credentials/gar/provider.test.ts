import { generateKeyPairSync } from 'node:crypto';
import {
  CredentialProviderContext,
  CredentialType,
} from 'backstage-plugin-kargo-node';
import { Reply } from 'kargo-test';
import { FakeHosts, HostRequest, jsonReply } from '../../../testing/FakeHosts';
import { verifyJwt } from '../../../testing/signatures';
import { CloudEnvironment } from '../shared/CloudEnvironment';
import { createGarProvider } from './provider';
import { mockLogger } from '../../../testing/mockLogger';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
});
const NOW = Date.parse('2026-01-01T00:00:00Z');
const APP = 'us-central1-docker.pkg.dev/acme/repo/app';
const TOKEN = 'POST oauth2.googleapis.com/token';
const KEY = {
  type: 'service_account',
  client_email: 'puller@acme.iam.gserviceaccount.com',
  private_key_id: 'key-1',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  token_uri: 'https://oauth2.googleapis.com/token',
};

function requestFor(repoURL: string, type: CredentialType = 'image') {
  return { project: 'demo', type, repoURL };
}

function dataWith(key: object) {
  return {
    gcpServiceAccountKey: Buffer.from(JSON.stringify(key)).toString('base64'),
  };
}

const DATA = dataWith(KEY);

function answerToken({ body }: HostRequest): Reply {
  const form = new URLSearchParams(body);
  expect(form.get('grant_type')).toBe(
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
  );
  const assertion = form.get('assertion') ?? '';
  try {
    const { claims } = verifyJwt(assertion, publicKey);
    return jsonReply({
      access_token: `token of ${claims.iss}`,
      expires_in: 3599,
    });
  } catch {
    return jsonReply(
      {
        error: 'invalid_grant',
        error_description: `Bad assertion ${assertion}`,
      },
      400,
    );
  }
}

function answerOwnToken({ headers }: HostRequest): Reply {
  return headers['metadata-flavor'] === 'Google'
    ? jsonReply({ access_token: 'own token', expires_in: 3000 })
    : { status: 403 };
}

function answerProject({ url }: HostRequest): Reply {
  expect(url.search).toBe('?alt=json');
  return jsonReply('acme');
}

function answerAccount({ headers, body }: HostRequest): Reply {
  expect(headers.authorization).toBe('Bearer own token');
  expect(JSON.parse(body)).toEqual({
    scope: ['https://www.googleapis.com/auth/cloud-platform'],
  });
  return jsonReply({
    accessToken: 'token of demo',
    expireTime: '2026-01-01T01:00:00Z',
  });
}

describe('GAR credentials', () => {
  let hosts: FakeHosts;
  let context: CredentialProviderContext;
  const logger = mockLogger();

  beforeEach(async () => {
    hosts = await FakeHosts.start();
    context = { now: () => NOW, fetch: hosts.fetch };
  });

  afterEach(() => hosts.close());

  it.each<[string, CredentialType, boolean]>([
    [APP, 'image', true],
    [`oci://${APP}`, 'helm', true],
    ['gcr.io/acme/app', 'image', true],
    ['eu.gcr.io/acme/app', 'image', true],
    [APP, 'git', false],
    ['ghcr.io/acme/app', 'image', false],
    ['notgcr.io/acme/app', 'image', false],
    ['evil.com/x-docker.pkg.dev/app', 'image', false],
    ['evil.com/x.gcr.io/app', 'image', false],
  ])('%s as %s: applies %p', (url, type, expected) => {
    const provider = createGarProvider({ logger });
    expect(provider.appliesTo(requestFor(url, type), DATA)).toBe(expected);
  });

  it('need a key or an identity', () => {
    const provider = createGarProvider({ logger });
    expect(provider.appliesTo(requestFor(APP), undefined)).toBe(false);
    expect(
      provider.appliesTo(requestFor(APP), { gcpServiceAccountKey: '' }),
    ).toBe(false);
  });

  describe('by service account key', () => {
    const provider = createGarProvider({ logger });

    beforeEach(() => {
      hosts.on(TOKEN, answerToken);
    });

    it.each([
      ['base64', DATA],
      [
        'the file as it is',
        { gcpServiceAccountKey: `\n${JSON.stringify(KEY, null, 2)}\n` },
      ],
    ])('are an access token of the account of a key in %s', async (_, data) => {
      const found = await provider.resolve(requestFor(APP), data, context);
      expect(found?.username).toBe('oauth2accesstoken');
      expect(found?.password?.reveal()).toBe(
        'token of puller@acme.iam.gserviceaccount.com',
      );
      expect(found?.expiresAt).toBe(NOW + 3_599_000);
    });

    it('are asked for with an assertion for an hour of reading', async () => {
      await provider.resolve(requestFor(APP), DATA, context);
      const form = new URLSearchParams(hosts.asked[0].body);
      const jwt = verifyJwt(form.get('assertion') ?? '', publicKey);
      expect(jwt.header).toMatchObject({ alg: 'RS256', kid: 'key-1' });
      expect(jwt.claims).toEqual({
        iss: KEY.client_email,
        scope: 'https://www.googleapis.com/auth/devstorage.read_only',
        aud: KEY.token_uri,
        iat: NOW / 1000,
        exp: NOW / 1000 + 3600,
      });
    });

    it('are refused for another key, without repeating what was sent', async () => {
      const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const data = dataWith({
        ...KEY,
        private_key: other.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      });
      await expect(
        provider.resolve(requestFor(APP), data, context),
      ).rejects.toMatchObject({
        name: 'CredentialsRejectedError',
        message:
          'oauth2.googleapis.com answered 400 (invalid_grant): it refuses to give a token',
      });
    });

    it.each([
      ['no base64 of JSON', { gcpServiceAccountKey: 'hunter2' }],
      ['no private key', dataWith({ ...KEY, private_key: undefined })],
      ['a broken private key', dataWith({ ...KEY, private_key: 'hunter2' })],
      [
        'a token URI without TLS',
        dataWith({ ...KEY, token_uri: 'http://x.y/' }),
      ],
      ['a token URI that is none', dataWith({ ...KEY, token_uri: 'x' })],
    ])('are refused for %s', async (_, data) => {
      const failure = provider.resolve(requestFor(APP), data, context);
      await expect(failure).rejects.toMatchObject({
        name: 'CredentialsRejectedError',
        message: expect.not.stringContaining('hunter2'),
      });
      expect(hosts.asked).toEqual([]);
    });
  });

  describe('by the identity of the environment', () => {
    const OWN =
      'GET metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token';
    const PROJECT =
      'GET metadata.google.internal/computeMetadata/v1/project/project-id';
    const accountOf = (project: string) =>
      `POST iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/kargo-project-${project}@acme.iam.gserviceaccount.com:generateAccessToken`;

    function provider() {
      const environment: CloudEnvironment = {
        variables: {},
        readFile: async () => '',
        fetch: hosts.fetch,
      };
      return createGarProvider({ environment, logger });
    }

    beforeEach(() => {
      hosts
        .on(OWN, answerOwnToken)
        .on(PROJECT, answerProject)
        .on(accountOf('demo'), answerAccount);
    });

    const find = (project: string) =>
      provider().resolve({ ...requestFor(APP), project }, undefined, context);

    async function resolveFor(project: string) {
      const found = await find(project);
      return found && [found.password?.reveal(), found.expiresAt];
    }

    it("are a token of the project's service account", async () => {
      expect(await resolveFor('demo')).toEqual([
        'token of demo',
        NOW + 3_600_000,
      ]);
    });

    it("are the portal's own for ten minutes where there is no such account", async () => {
      hosts.on(accountOf('demo'), () =>
        jsonReply({ error: { code: 404, status: 'NOT_FOUND' } }, 404),
      );
      expect(await resolveFor('demo')).toEqual(['own token', NOW + 600_000]);
    });

    it("are the portal's own for a project with a name too long for an account", async () => {
      expect(await resolveFor('a-project-with-a-long-name')).toEqual([
        'own token',
        NOW + 600_000,
      ]);
      expect(hosts.routes).toEqual([OWN]);
    });

    it("may be read by expressions where they are the project's, not where the portal's own", async () => {
      expect(await find('demo')).not.toHaveProperty('isUnreadable');
      expect(await find('a-project-with-a-long-name')).toMatchObject({
        isUnreadable: true,
      });
    });

    it.each([
      [403, 'CredentialsRejectedError'],
      [500, 'UpstreamUnavailableError'],
    ])('do not fall back on an answer of %p', async (status, name) => {
      hosts.on(accountOf('demo'), () =>
        jsonReply({ error: { code: status, status: 'NO' } }, status),
      );
      await expect(resolveFor('demo')).rejects.toMatchObject({ name });
    });

    it('are none outside of Google Cloud', async () => {
      hosts.on(OWN, () => ({ status: 503 }));
      expect(await resolveFor('demo')).toBeUndefined();
    });

    it('are none for a machine without a service account', async () => {
      hosts.on(OWN, () => ({ status: 404 }));
      expect(await resolveFor('demo')).toBeUndefined();
    });
  });
});
