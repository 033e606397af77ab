import { generateKeyPairSync } from 'node:crypto';
import { Secret } from 'backstage-plugin-kargo-common';
import { CredentialRequest } from 'backstage-plugin-kargo-node';
import { FakeClock } from '../../../testing/FakeClock';
import { FakeHosts, HostRequest, jsonReply } from '../../../testing/FakeHosts';
import { verifyJwt } from '../../../testing/signatures';
import { createGithubAppProvider } from './provider';
import { mockLogger } from '../../../testing/mockLogger';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
});
// GitHub hands out keys in this older form.
const PEM = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const NOW = Date.parse('2026-01-01T00:00:00Z');
const MINT = 'POST api.github.com/app/installations/42/access_tokens';
const CHECK = 'GET api.github.com/repos/acme/config';

const DATA = {
  githubAppClientID: 'Iv1.abc',
  githubAppInstallationID: '42',
  githubAppPrivateKey: PEM,
};

function requestFor(repoURL: string): CredentialRequest {
  return { project: 'demo', type: 'git', repoURL };
}

const CONFIG = requestFor('https://github.com/Acme/Config.git');

function secretWith(annotations: Record<string, string>): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'app', namespace: 'demo', annotations },
  } as Secret;
}

/** Gives a token to whoever proves to be the app, as GitHub does. */
function mint({ headers, body }: HostRequest) {
  const { claims } = verifyJwt(
    headers.authorization.replace(/^Bearer /, ''),
    publicKey,
  );
  return jsonReply(
    {
      token: `token of ${claims.iss} for ${JSON.parse(body).repositories}`,
      expires_at: '2026-01-01T01:00:00Z',
    },
    201,
  );
}

describe('GitHub App credentials', () => {
  let hosts: FakeHosts;
  let clock: FakeClock;
  const logger = mockLogger();
  const provider = () => createGithubAppProvider({ clock, logger });
  const context = () => ({ now: () => clock.now(), fetch: hosts.fetch });

  beforeEach(async () => {
    jest.clearAllMocks();
    clock = FakeClock.create(NOW);
    hosts = await FakeHosts.start();
    hosts.on(MINT, mint).on(CHECK, () => jsonReply({}));
  });

  afterEach(() => hosts.close());

  it.each<[string, Partial<CredentialRequest>, object, boolean]>([
    ['client ID', {}, {}, true],
    ['app ID', {}, { githubAppClientID: undefined, githubAppID: '7' }, true],
    ['neither ID', {}, { githubAppClientID: '' }, false],
    ['no installation', {}, { githubAppInstallationID: '' }, false],
    ['no key', {}, { githubAppPrivateKey: '' }, false],
    ['an SSH URL', { repoURL: 'git@github.com:acme/config.git' }, {}, false],
    ['an image', { type: 'image' }, {}, false],
  ])('%s: applies %p', (_, request, data, expected) => {
    expect(
      provider().appliesTo({ ...CONFIG, ...request }, { ...DATA, ...data }),
    ).toBe(expected);
  });

  it('are a token for the one repository', async () => {
    const found = await provider().resolve(CONFIG, DATA, context());
    expect(found?.username).toBe('kargo');
    expect(found?.password?.reveal()).toBe('token of Iv1.abc for config');
    expect(found?.expiresAt).toBe(NOW + 3_600_000);
    expect(hosts.routes).toEqual([MINT, CHECK]);
  });

  it('are asked for with a JWT that starts a minute ago and lives ten', async () => {
    await provider().resolve(CONFIG, DATA, context());
    const { authorization } = hosts.asked[0].headers;
    const { claims } = verifyJwt(authorization.slice(7), publicKey);
    const issuedAt = NOW / 1000 - 60;
    expect(claims).toEqual({
      iss: 'Iv1.abc',
      iat: issuedAt,
      exp: issuedAt + 600,
    });
    expect(hosts.asked[0].headers.accept).toBe('application/vnd.github+json');
  });

  it('are not given to another key', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    hosts.on(MINT, request => {
      try {
        return mint(request);
      } catch {
        return jsonReply({ message: 'Bad credentials' }, 401);
      }
    });
    const githubAppPrivateKey = other.privateKey
      .export({ type: 'pkcs8', format: 'pem' })
      .toString();
    await expect(
      provider().resolve(CONFIG, { ...DATA, githubAppPrivateKey }, context()),
    ).rejects.toMatchObject({ name: 'CredentialsRejectedError' });
  });

  it('accept the key in base64, and an app ID where no client ID is', async () => {
    const data = {
      githubAppID: '7',
      githubAppInstallationID: '42',
      githubAppPrivateKey: Buffer.from(PEM).toString('base64'),
    };
    const found = await provider().resolve(CONFIG, data, context());
    expect(found?.password?.reveal()).toBe('token of 7 for config');
  });

  it('prefer the client ID', async () => {
    const data = { ...DATA, githubAppID: '7' };
    const found = await provider().resolve(CONFIG, data, context());
    expect(found?.password?.reveal()).toBe('token of Iv1.abc for config');
  });

  it.each([
    ['GitHub Enterprise Server', 'github.corp:8443', 'github.corp:8443/api/v3'],
    ['a company on GitHub', 'acme.ghe.com', 'api.acme.ghe.com'],
    ['GitHub by its older name', 'www.github.com', 'api.github.com'],
  ])('come from the API of %s', async (_, host, api) => {
    hosts
      .on(`POST ${api}/app/installations/42/access_tokens`, mint)
      .on(`GET ${api}/repos/acme/config`, () => jsonReply({}));
    const found = await provider().resolve(
      requestFor(`https://${host}/acme/config`),
      DATA,
      context(),
    );
    expect(found?.password?.reveal()).toBe('token of Iv1.abc for config');
  });

  it.each([
    ['listed', '{"demo":["config"]}', true],
    ['listed in mixed case', '{"demo":["Config"]}', false],
    ['not listed', '{"demo":["other"]}', false],
    ['of another project', '{"other":["config"]}', false],
  ])('for a repository that is %s', async (_, scopes, expected) => {
    const found = await provider().resolve(
      CONFIG,
      DATA,
      context(),
      secretWith({ 'kargo.akuity.io/github-token-scopes': scopes }),
    );
    expect(!!found).toBe(expected);
    expect(hosts.asked.length > 0).toBe(expected);
  });

  it('are none for a URL without owner', async () => {
    expect(
      await provider().resolve(
        requestFor('https://github.com/config'),
        DATA,
        context(),
      ),
    ).toBeUndefined();
  });

  it.each([
    ['a broken key', { githubAppPrivateKey: 'QUJ' }, /probably corrupt/],
    ['no key', { githubAppPrivateKey: 'hunter2!' }, /not a private RSA key/],
    ['an odd installation', { githubAppInstallationID: '../1' }, /a number/],
  ])('refuse %s', async (_, data, message) => {
    const failure = provider().resolve(CONFIG, { ...DATA, ...data }, context());
    await expect(failure).rejects.toMatchObject({
      name: 'CredentialsRejectedError',
      message: expect.stringMatching(message),
    });
    await expect(failure).rejects.not.toThrow(/hunter2/);
    expect(hosts.asked).toEqual([]);
  });

  it.each([
    [404, 'CredentialsRejectedError'],
    [422, 'CredentialsRejectedError'],
    [429, 'UpstreamUnavailableError'],
    [503, 'UpstreamUnavailableError'],
    [302, 'UpstreamUnavailableError'],
  ])('that GitHub denies with %p are a %s', async (status, name) => {
    hosts.on(MINT, () => ({
      status,
      headers: { location: 'https://evil.example.com/' },
    }));
    await expect(
      provider().resolve(CONFIG, DATA, context()),
    ).rejects.toMatchObject({ name });
    expect(hosts.routes).toEqual([MINT]);
  });

  describe('that are not usable yet', () => {
    async function resolveWith(statuses: number[]) {
      const left = [...statuses];
      hosts.on(CHECK, () => ({ status: left.shift() ?? 200 }));
      const checks = () => hosts.routes.filter(r => r === CHECK).length;
      let isDone = false;
      const times: number[] = [];
      const pending = provider()
        .resolve(CONFIG, DATA, context())
        .finally(() => {
          isDone = true;
        });
      pending.catch(() => {});
      for (const pause of [3_000, 10_000, 30_000]) {
        while (clock.sleepers === 0 && !isDone) {
          await new Promise(resolve => setImmediate(resolve));
        }
        if (isDone) break;
        await clock.advance(pause - 1);
        times.push(checks());
        await clock.advance(1);
      }
      return { found: await pending, checks: checks(), times };
    }

    it.each([
      [[404, 200], 2],
      [[401, 403, 200], 3],
      [[500, 404, 404, 200], 4],
      [[301], 1],
    ])('are tried again: %j takes %p checks', async (statuses, checks) => {
      const result = await resolveWith(statuses);
      expect(result.checks).toBe(checks);
      expect(result.found).toBeDefined();
      expect(logger.warn).not.toHaveBeenCalled();
    });

    it('are used after the fourth check, with a warning', async () => {
      const result = await resolveWith([404, 404, 404, 404]);
      expect(result.checks).toBe(4);
      expect(result.times).toEqual([1, 2, 3]);
      expect(result.found?.password?.reveal()).toBeDefined();
      expect(logger.warn).toHaveBeenCalledTimes(1);
      expect(JSON.stringify(logger.warn.mock.calls)).not.toContain('token of');
    });

    it('are given up with the caller', async () => {
      hosts.on(CHECK, () => ({ status: 404 }));
      const caller = new AbortController();
      const pending = provider().resolve(CONFIG, DATA, {
        ...context(),
        signal: caller.signal,
      });
      pending.catch(() => {});
      while (clock.sleepers === 0) {
        await new Promise(resolve => setImmediate(resolve));
      }
      caller.abort(new Error('stopped'));
      await expect(pending).rejects.toThrow('stopped');
    });
  });
});
