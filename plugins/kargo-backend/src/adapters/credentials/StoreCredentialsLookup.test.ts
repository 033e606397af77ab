import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { TestDatabases } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { CredentialType, RepoCredentials } from 'backstage-plugin-kargo-node';
import { builtinCredentialProviders } from '../../builtins/credentials';
import { FakeClock } from '../../testing/FakeClock';
import { FakeHosts, jsonReply } from '../../testing/FakeHosts';
import { UndiciHttpClient } from '../http/UndiciHttpClient';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from '../store/migrate';
import { SecretCipher } from '../store/SecretCipher';
import { SqlResourceStore } from '../store/SqlResourceStore';
import { LISTING_MS } from './CredentialSecrets';
import { StoreCredentialsLookup } from './StoreCredentialsLookup';
import { mockLogger } from '../../testing/mockLogger';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const APP = 'ghcr.io/o/app';
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app';
const MINT = 'POST api.github.com/app/installations/42/access_tokens';
const PEM = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

interface SecretSpec {
  name: string;
  /** Project by default. */
  namespace?: string;
  type?: CredentialType;
  data: Record<string, string>;
  scopes?: string;
}

/** `a(exact ghcr.io/o/app)`: the name tells which Secret was found. */
function exact(name: string, repoURL: string): SecretSpec {
  return { name, data: { repoURL, username: name, password: 'pw' } };
}

function regex(name: string, repoURL: string, flag = 'true'): SecretSpec {
  const { data } = exact(name, repoURL);
  return { name, data: { ...data, repoURLIsRegex: flag } };
}

const shared = (spec: SecretSpec) => ({ ...spec, namespace: 'shared' });

const GITHUB_APP = {
  repoURL: 'https://github.com/o/r',
  githubAppClientID: 'Iv1.abc',
  githubAppInstallationID: '42',
  githubAppPrivateKey: PEM,
};

describe('StoreCredentialsLookup', () => {
  let clock: FakeClock;
  let hosts: FakeHosts;
  let store: SqlResourceStore;
  let lookup: StoreCredentialsLookup;
  const logger = mockLogger();

  beforeEach(async () => {
    jest.clearAllMocks();
    clock = FakeClock.create();
    hosts = await FakeHosts.start();
    answerAmbientEcr(hosts);
    const knex = await databases.init('SQLITE_3');
    await migrateDatabase(knex);
    store = SqlResourceStore.create({
      ...{ knex, clock, indexes: [], wakeups: () => [] },
      queue: SqlWorkQueue.create({ knex, clock }),
      secrets: SecretCipher.create({ keys: ['k'.repeat(32)] }),
    });
    lookup = lookupWith({ fetch: hosts.fetch });
  });

  afterEach(() => hosts.close());

  function lookupWith(options: { fetch: typeof fetch }) {
    return StoreCredentialsLookup.create({
      ...{ store, clock, logger, ...options },
      sharedNamespace: 'shared',
      isPlainHttpAllowed: () => false,
      providers: builtinCredentialProviders({
        ...{ clock, logger },
        environment: {
          variables: {
            AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/keys',
          },
          readFile: async () => '',
          fetch: hosts.fetch,
        },
        integrations: ScmIntegrations.fromConfig(
          new ConfigReader({
            integrations: {
              gitlab: [
                {
                  host: 'gitlab.corp',
                  apiBaseUrl: 'https://gitlab.corp/api/v4',
                  token: 'portal token',
                },
              ],
            },
          }),
        ),
      }),
    });
  }

  async function apply(...specs: SecretSpec[]) {
    for (const { name, namespace = 'p', type, data, scopes } of specs) {
      await store.create({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name,
          namespace,
          labels: { 'kargo.akuity.io/cred-type': type ?? 'image' },
          ...(scopes && {
            annotations: { 'kargo.akuity.io/github-token-scopes': scopes },
          }),
        },
        data: encode(data),
      });
    }
  }

  function find(repoURL: string, type: CredentialType = 'image') {
    return lookup.find({ project: 'p', type, repoURL });
  }

  describe('finds', () => {
    it.each<[string, SecretSpec[], CredentialType, string, string | undefined]>(
      [
        [
          'K01 the exact one of the project',
          [exact('a', APP), shared(regex('b', '.*'))],
          'image',
          APP,
          'a',
        ],
        [
          'K02 the shared one when the project has none',
          [shared(regex('b', '.*'))],
          'image',
          APP,
          'b',
        ],
        [
          "K03 the project's pattern before a shared exact one",
          [regex('z', '.*'), shared(exact('a', APP))],
          'image',
          APP,
          'z',
        ],
        [
          'K04 the exact one before a pattern of an earlier name',
          [
            regex('a', '^https://github\\.com/'),
            exact('z', 'https://github.com/o/r'),
          ],
          'git',
          'https://github.com/o/r.git',
          'z',
        ],
        [
          'K05 another spelling of the URL',
          [exact('a', 'https://github.com/o/r.git')],
          'git',
          'https://GitHub.com/O/r/',
          'a',
        ],
        [
          'K07 nothing by a prefix',
          [exact('a', 'oci://harbor.example.com')],
          'helm',
          'oci://harbor.example.com/p/app',
          undefined,
        ],
        [
          'K08 a pattern for the URL as written',
          [regex('a', '^oci://harbor\\.example\\.com/')],
          'helm',
          'oci://harbor.example.com/p/app',
          'a',
        ],
        [
          'K09 a pattern for the normalised URL',
          [regex('a', '^harbor\\.example\\.com/')],
          'helm',
          'oci://harbor.example.com/p/app',
          'a',
        ],
        [
          'K10 nothing by a pattern in another case',
          [regex('a', '^oci://Harbor')],
          'helm',
          'oci://harbor.example.com/p/app',
          undefined,
        ],
        [
          'K11 the next after a broken pattern',
          [regex('a', '['), exact('b', APP)],
          'image',
          APP,
          'b',
        ],
        [
          'K12 nothing by a pattern that is not flagged with "true"',
          [regex('a', '.*', 'True')],
          'image',
          APP,
          undefined,
        ],
        [
          'K13 Docker Hub under all its names',
          [exact('a', 'docker.io/library/nginx')],
          'image',
          'nginx',
          'a',
        ],
        [
          'K14 nothing without the trailing slash of a chart repository',
          [exact('a', 'https://charts.example.com/')],
          'helm',
          'https://charts.example.com',
          undefined,
        ],
        [
          'K15 nothing at another port of a chart repository',
          [exact('a', 'https://charts.example.com:8443')],
          'helm',
          'https://charts.example.com',
          undefined,
        ],
        [
          'K16 a git repository without its user',
          [exact('a', 'https://user@dev.azure.com/o/p/_git/r')],
          'git',
          'https://dev.azure.com/o/p/_git/r',
          'a',
        ],
        [
          'K17 nothing by a pattern with a user',
          [regex('a', '^https://user@dev')],
          'git',
          'https://dev.azure.com/o/p/_git/r',
          undefined,
        ],
      ],
    )('%s', async (_, secrets, type, url, expected) => {
      await apply(...secrets.map(secret => ({ ...secret, type })));
      expect((await find(url, type))?.username).toBe(expected);
    });

    it('K06 nothing in a Secret of another type', async () => {
      await apply({ ...exact('a', APP), type: 'git' });
      expect(await find(APP)).toBeUndefined();
    });

    it.each(['http://git.example.com/o/r', 'HTTP://git.example.com/o/r'])(
      'K18 nothing for %s, without looking',
      async url => {
        await apply({ ...regex('a', '.*'), type: 'git' });
        const list = jest.spyOn(store, 'list');
        expect(await find(url, 'git')).toBeUndefined();
        expect(list).not.toHaveBeenCalled();
        expect(logger.warn).toHaveBeenCalledTimes(1);
      },
    );

    it('K19 nothing where a Secret has an empty password', async () => {
      await apply({
        name: 'a',
        data: { repoURL: ECR, username: 'u', password: '' },
      });
      expect(await find(ECR)).toBeUndefined();
      expect(hosts.asked).toEqual([]);
    });

    it('K20 the identity of the environment without a Secret', async () => {
      expect((await find(ECR))?.username).toBe('AWS');
    });

    it('K21 the pair in a Secret that has everything', async () => {
      await apply({
        name: 'a',
        type: 'git',
        data: { ...GITHUB_APP, username: 'u', password: 'pw' },
      });
      expect((await find(GITHUB_APP.repoURL, 'git'))?.username).toBe('u');
      expect(hosts.asked).toEqual([]);
    });

    it('K22 nothing by a scope in mixed case', async () => {
      await apply({
        name: 'a',
        type: 'git',
        scopes: '{"p":["Repo"]}',
        data: { ...GITHUB_APP, repoURL: 'https://github.com/o/Repo' },
      });
      expect(await find('https://github.com/o/Repo', 'git')).toBeUndefined();
      expect(hosts.asked).toEqual([]);
    });

    it("the portal's integration last", async () => {
      const url = 'https://gitlab.corp/o/r.git';
      expect((await find(url, 'git'))?.username).toBe('oauth2');
      await apply({ ...exact('a', url), type: 'git' });
      await clock.advance(LISTING_MS);
      expect((await find(url, 'git'))?.username).toBe('a');
    });

    it("nothing of the portal's integrations for who reads it, but Secrets", async () => {
      const url = 'https://gitlab.corp/o/r.git';
      const read = () =>
        lookup.find(
          { project: 'p', type: 'git', repoURL: url },
          { isRead: true },
        );
      expect(await read()).toBeUndefined();
      await apply({ ...exact('a', url), type: 'git' });
      await clock.advance(LISTING_MS);
      expect((await read())?.username).toBe('a');
    });

    it('nothing of the portal where a Secret of no use matches', async () => {
      const url = 'https://gitlab.corp/o/r.git';
      await apply({ name: 'a', type: 'git', data: { repoURL: url } });
      expect(await find(url, 'git')).toBeUndefined();
    });
  });

  describe('keeps tokens', () => {
    beforeEach(() => {
      let count = 0;
      hosts
        .on(MINT, ({ body }) =>
          jsonReply({
            token: `token ${++count} for ${JSON.parse(body).repositories}`,
            expires_at: new Date(clock.now() + 3_600_000).toISOString(),
          }),
        )
        .on('GET api.github.com/repos/o/r', () => jsonReply({}))
        .on('GET api.github.com/repos/o/s', () => jsonReply({}));
    });

    const passwordOf = async (url = GITHUB_APP.repoURL) =>
      (await find(url, 'git'))?.password?.reveal();
    const mints = () => hosts.routes.filter(route => route === MINT).length;

    it('until five minutes before they expire', async () => {
      await apply({ name: 'a', type: 'git', data: GITHUB_APP });
      expect(await passwordOf()).toBe('token 1 for r');
      await clock.advance(55 * 60_000 - 1);
      expect(await passwordOf()).toBe('token 1 for r');
      await clock.advance(1);
      expect(await passwordOf()).toBe('token 2 for r');
    });

    it('and makes one for all who ask at the same time', async () => {
      await apply({ name: 'a', type: 'git', data: GITHUB_APP });
      const found = await Promise.all(
        Array.from({ length: 20 }, () => passwordOf()),
      );
      expect(new Set(found)).toEqual(new Set(['token 1 for r']));
      expect(mints()).toBe(1);
    });

    it('apart by repository', async () => {
      await apply({
        name: 'a',
        type: 'git',
        data: {
          ...GITHUB_APP,
          repoURL: '^https://github.com/o/',
          repoURLIsRegex: 'true',
        },
      });
      expect(await passwordOf()).toBe('token 1 for r');
      expect(await passwordOf('https://github.com/o/s')).toBe('token 2 for s');
      expect(await passwordOf('https://GitHub.com/o/r.git')).toBe(
        'token 1 for r',
      );
    });

    it('no longer when the Secret has changed', async () => {
      await apply({ name: 'a', type: 'git', data: GITHUB_APP });
      expect(await passwordOf()).toBe('token 1 for r');
      await store.patch(
        { kind: 'Secret', namespace: 'p', name: 'a' },
        { data: encode({ githubAppClientID: 'Iv1.new' }) },
      );
      await clock.advance(LISTING_MS);
      expect(await passwordOf()).toBe('token 2 for r');
    });

    it('no longer when the scopes have changed', async () => {
      await apply({ name: 'a', type: 'git', data: GITHUB_APP });
      expect(await passwordOf()).toBe('token 1 for r');
      await store.patch(
        { kind: 'Secret', namespace: 'p', name: 'a' },
        {
          metadata: {
            annotations: { 'kargo.akuity.io/github-token-scopes': '{}' },
          },
        },
      );
      await clock.advance(LISTING_MS);
      expect(await passwordOf()).toBeUndefined();
    });
  });

  describe('says what is wrong', () => {
    it.each([
      [401, 'CredentialsRejectedError', {}],
      [503, 'UpstreamUnavailableError', { host: 'api.github.com' }],
    ])('naming the Secret: %p is a %s', async (status, name, fields) => {
      await apply({ name: 'a', type: 'git', data: GITHUB_APP });
      hosts.on(MINT, () => ({
        status,
        ...(status === 503 && { headers: { 'retry-after': '60' } }),
      }));
      await expect(find(GITHUB_APP.repoURL, 'git')).rejects.toMatchObject({
        name,
        ...fields,
        ...(status === 503 && { retryAt: clock.now() + 60_000 }),
        message: expect.stringContaining(
          `Credentials for https://github.com/o/r from Secret 'p/a' cannot be used: api.github.com answered ${status}`,
        ),
      });
    });

    it('once', async () => {
      const data = { ...GITHUB_APP, githubAppPrivateKey: '<no key>' };
      await apply({ name: 'a', type: 'git', data });
      const failure = find(GITHUB_APP.repoURL, 'git');
      await expect(failure).rejects.toMatchObject({
        message:
          "Credentials for https://github.com/o/r from Secret 'p/a' cannot be used: githubAppPrivateKey is not a private RSA key in PEM",
        cause: { name: 'CredentialsRejectedError' },
      });
    });

    it('naming the provider where there is no Secret', async () => {
      hosts.on('GET 169.254.170.23/keys', () => ({ status: 500 }));
      await expect(find(ECR)).rejects.toThrow(
        `Credentials for ${ECR} from provider 'ecr' cannot be used: 169.254.170.23 answered 500`,
      );
    });

    it('once, when the Secret is refused again and again', async () => {
      await apply({ name: 'a', type: 'git', data: GITHUB_APP });
      hosts.on(MINT, () => ({ status: 401 }));
      for (let attempt = 0; attempt < 5; attempt++) {
        await expect(find(GITHUB_APP.repoURL, 'git')).rejects.toThrow(/401/);
      }
      expect(hosts.routes).toEqual([MINT]);
    });
  });

  it('does not ask hosts that the portal must not reach', async () => {
    const http = UndiciHttpClient.create({ egress: {} });
    const guarded = lookupWith({ fetch: http.fetch });
    const repoURL = 'https://127.0.0.1:8443/o/r';
    await apply({ name: 'a', type: 'git', data: { ...GITHUB_APP, repoURL } });
    await expect(
      guarded.find({ project: 'p', type: 'git', repoURL }),
    ).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(
        /Secret 'p\/a' cannot be used: 127\.0\.0\.1 is a loopback address.*kargo\.egress/,
      ),
    });
    await http.close();
  });

  describe('tells no secret', () => {
    const SECRET = 'hunter2-hunter2';
    const shown = (value: unknown) =>
      [
        inspect(value, { depth: Infinity, showHidden: true }),
        JSON.stringify(value),
        String(value),
        value instanceof Error ? value.stack : '',
      ].join('\n');

    function expectNoSecret(value: unknown) {
      const text = shown(value);
      for (const form of [
        SECRET,
        Buffer.from(SECRET).toString('base64').slice(0, 12),
        PEM.split('\n')[1],
        'Bearer ',
      ]) {
        expect(text).not.toContain(form);
      }
    }

    it('when credentials are printed', async () => {
      await apply({
        name: 'a',
        data: { repoURL: APP, username: 'u', password: SECRET },
      });
      const found = (await find(APP)) as RepoCredentials;
      expect(found.password?.reveal()).toBe(SECRET);
      expectNoSecret(found);
      expectNoSecret({ nested: [found] });
      expectNoSecret(lookup);
    });

    it.each<[string, CredentialType, Record<string, string>, string]>([
      [
        'a broken SSH key',
        'git',
        { sshPrivateKey: SECRET },
        'https://git.example.com/o/r',
      ],
      [
        'a broken GitHub key',
        'git',
        { ...GITHUB_APP, githubAppPrivateKey: `${SECRET}!` },
        'https://github.com/o/r',
      ],
      [
        'a GitHub key that is refused',
        'git',
        GITHUB_APP,
        'https://github.com/o/r',
      ],
      [
        'an AWS key that is refused',
        'image',
        {
          awsRegion: 'eu-west-1',
          awsAccessKeyID: 'AKIA',
          awsSecretAccessKey: SECRET,
        },
        ECR,
      ],
      [
        'an AWS region that is none',
        'image',
        {
          awsRegion: `${SECRET}/`,
          awsAccessKeyID: 'AKIA',
          awsSecretAccessKey: SECRET,
        },
        ECR,
      ],
      [
        'a Google key that is none',
        'image',
        { gcpServiceAccountKey: SECRET },
        'gcr.io/o/app',
      ],
      [
        'a Google key that is refused',
        'image',
        {
          gcpServiceAccountKey: Buffer.from(
            JSON.stringify({ client_email: 'a@b', private_key: PEM }),
          ).toString('base64'),
        },
        'gcr.io/o/app',
      ],
    ])('when %s fails', async (_, type, data, repoURL) => {
      const echo = () => ({
        status: 401,
        body: JSON.stringify({ message: SECRET, error: `${SECRET} is bad` }),
      });
      hosts
        .on(MINT, echo)
        .on('POST api.ecr.eu-west-1.amazonaws.com/', echo)
        .on('POST oauth2.googleapis.com/token', echo);
      await apply({ name: 'a', type, data: { ...data, repoURL } });
      const error: unknown = await find(repoURL, type).catch(e => e);
      expect(error).toMatchObject({
        name: 'CredentialsRejectedError',
        message: expect.stringContaining("Secret 'p/a'"),
      });
      expectNoSecret(error);
      expectNoSecret(logger.warn.mock.calls);
    });

    it('that stands in a URL', async () => {
      await apply({
        name: 'a',
        type: 'git',
        data: { repoURL: '.', repoURLIsRegex: 'true', sshPrivateKey: 'x' },
      });
      const error: unknown = await find(
        `https://u:${SECRET}@git.example.com/o/r?token=${SECRET}`,
        'git',
      ).catch(e => e);
      expect(String(error)).toContain('https://git.example.com/o/r ');
      expectNoSecret(error);
    });
  });

  it('has another version of a repository with other credentials for it', async () => {
    const repoURLs = ['ghcr.io/acme/web', 'ghcr.io/acme/api', undefined];
    let before = await lookup.versionsOf('p', repoURLs);
    expect(before).toEqual(
      before.map(() => expect.stringMatching(/^[\da-f]{16}$/)),
    );
    const changedBy = async (
      name: string,
      repoURL: string,
      namespace?: string,
    ) => {
      await apply({ name, data: { repoURL }, ...(namespace && { namespace }) });
      const after = await lookup.versionsOf('p', repoURLs);
      const changed = repoURLs.filter((_, i) => after[i] !== before[i]);
      before = after;
      return changed;
    };
    const [web, api] = repoURLs;
    const ofAll = 'shared';
    expect(await changedBy('b', 'ghcr.io/acme/web')).toEqual([web, undefined]);
    // Behind the one that is found, and before it.
    expect(await changedBy('c', 'ghcr.io/acme/web')).toEqual([undefined]);
    expect(await changedBy('a', 'ghcr.io/acme/web')).toEqual([web, undefined]);
    expect(await changedBy('s', 'ghcr.io/acme/web', ofAll)).toEqual([
      undefined,
    ]);
    expect(await changedBy('t', 'ghcr.io/acme/api', ofAll)).toEqual([
      api,
      undefined,
    ]);
    expect(await changedBy('a', 'ghcr.io/acme/api', 'q')).toEqual([]);
  });
});

function encode(data: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(value).toString('base64'),
    ]),
  );
}

/** An AWS that knows the portal, and no roles of projects. */
function answerAmbientEcr(hosts: FakeHosts): void {
  hosts
    .on('GET 169.254.170.23/keys', () =>
      jsonReply({
        AccessKeyId: 'OWN',
        SecretAccessKey: 'own secret',
        Token: 'own session',
      }),
    )
    .on('POST sts.us-east-1.amazonaws.com/', ({ body }) =>
      body.includes('Action=GetCallerIdentity')
        ? jsonReply({
            GetCallerIdentityResponse: {
              GetCallerIdentityResult: {
                Account: '123456789012',
                Arn: 'arn:aws:sts::123456789012:assumed-role/kargo/x',
              },
            },
          })
        : jsonReply({ Error: { Code: 'AccessDenied' } }, 403),
    )
    .on('POST api.ecr.eu-west-1.amazonaws.com/', () =>
      jsonReply({ authorizationData: [{ authorizationToken: 'QVdTOng=' }] }),
    );
}
