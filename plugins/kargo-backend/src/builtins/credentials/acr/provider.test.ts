import {
  CredentialProviderContext,
  CredentialType,
} from 'backstage-plugin-kargo-node';
import { Reply } from 'kargo-test';
import { FakeHosts, HostRequest, jsonReply } from '../../../testing/FakeHosts';
import { createAcrProvider } from './provider';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const APP = 'Acme.azurecr.io/team/app';
const ENTRA = 'POST login.microsoftonline.com/tenant-1/oauth2/v2.0/token';
const EXCHANGE = 'POST acme.azurecr.io/oauth2/exchange';
const VARIABLES = {
  AZURE_CLIENT_ID: 'client-1',
  AZURE_TENANT_ID: 'tenant-1',
  AZURE_FEDERATED_TOKEN_FILE: '/var/run/token',
};

function answerEntra({ body }: HostRequest): Reply {
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
    grant_type: 'client_credentials',
    client_id: 'client-1',
    client_assertion_type:
      'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: 'assertion in /var/run/token',
    scope: 'https://containerregistry.azure.net/.default',
  });
  return jsonReply({ access_token: 'entra token', expires_in: 3600 });
}

function answerExchange({ body }: HostRequest): Reply {
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
    grant_type: 'access_token',
    service: 'acme.azurecr.io',
    access_token: 'entra token',
  });
  return jsonReply({ refresh_token: 'refresh token' });
}

function requestFor(repoURL: string, type: CredentialType = 'image') {
  return { project: 'demo', type, repoURL };
}

describe('ACR credentials', () => {
  let hosts: FakeHosts;
  let context: CredentialProviderContext;

  function provider(variables: Record<string, string> = VARIABLES) {
    return createAcrProvider({
      environment: {
        variables,
        readFile: async path => `assertion in ${path}\n`,
        fetch: hosts.fetch,
      },
    });
  }

  beforeEach(async () => {
    hosts = await FakeHosts.start();
    context = { now: () => NOW, fetch: hosts.fetch };
    hosts.on(ENTRA, answerEntra).on(EXCHANGE, answerExchange);
  });

  afterEach(() => hosts.close());

  it.each<[string, CredentialType, boolean]>([
    [APP, 'image', true],
    [`oci://${APP}`, 'helm', true],
    [APP, 'git', false],
    ['azurecr.io/app', 'image', false],
    ['acme.azurecr.io.evil.com/app', 'image', false],
    ['evil.com/acme.azurecr.io/app', 'image', false],
  ])('%s as %s: applies %p', (url, type, expected) => {
    expect(provider().appliesTo(requestFor(url, type), undefined)).toBe(
      expected,
    );
  });

  it.each(Object.keys(VARIABLES))('need %s', name => {
    const variables = { ...VARIABLES, [name]: '' };
    expect(provider(variables).appliesTo(requestFor(APP), undefined)).toBe(
      false,
    );
  });

  it('need to be allowed', () => {
    expect(createAcrProvider({}).appliesTo(requestFor(APP), undefined)).toBe(
      false,
    );
  });

  it('are a refresh token of the registry for two and a half hours', async () => {
    const found = await provider().resolve(requestFor(APP), undefined, context);
    expect(found?.username).toBe('00000000-0000-0000-0000-000000000000');
    expect(found?.password?.reveal()).toBe('refresh token');
    // The cache stops using it five minutes before.
    expect(found?.expiresAt).toBe(NOW + (2.5 * 60 + 5) * 60_000);
    expect(hosts.routes).toEqual([ENTRA, EXCHANGE]);
  });

  it('come from the authority that the platform names', async () => {
    const entra = hosts.asked;
    hosts.on('POST login.azure.us/tenant-1/oauth2/v2.0/token', () =>
      jsonReply({ access_token: 'entra token' }),
    );
    await provider({
      ...VARIABLES,
      AZURE_AUTHORITY_HOST: 'https://login.azure.us/',
    }).resolve(requestFor(APP), undefined, context);
    expect(entra[0].url.host).toBe('login.azure.us');
  });

  it('are one per registry, whoever asks', () => {
    const audiences = [
      requestFor(APP),
      { ...requestFor('acme.azurecr.io/other', 'helm'), project: 'other' },
      requestFor('beta.azurecr.io/app'),
    ].map(request => provider().audience?.(request, undefined));
    expect(audiences[0]).toBe(audiences[1]);
    expect(audiences[2]).not.toBe(audiences[0]);
  });

  it.each([
    [
      ENTRA,
      { error: 'invalid_client', error_description: 'entra token' },
      'login.microsoftonline.com answered 401 (invalid_client): it refuses to give a token',
    ],
    [
      EXCHANGE,
      { errors: [{ code: 'UNAUTHORIZED', message: 'entra token' }] },
      'acme.azurecr.io answered 401 (UNAUTHORIZED): it refuses to give a token',
    ],
  ])('that %s refuses name its code alone', async (route, body, message) => {
    hosts.on(route, () => jsonReply(body, 401));
    await expect(
      provider().resolve(requestFor(APP), undefined, context),
    ).rejects.toMatchObject({ name: 'CredentialsRejectedError', message });
  });
});
