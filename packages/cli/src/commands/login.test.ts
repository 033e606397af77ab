import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { API, runAgainst, withFolder, World } from '../testing/runAgainst';

const ANSWERS = {
  'GET /system/public-server-config': {
    adminAccountEnabled: false,
    skipAuth: false,
  },
  'GET /system/server-version': ({ headers }: { headers: Headers }) =>
    headers.get('authorization') === 'Bearer good'
      ? { version: '0.1.0' }
      : Response.json({ error: 'bad token' }, { status: 401 }),
};

function withHome(use: (home: string) => Promise<void>): Promise<void> {
  return withFolder(use);
}

/** A world without anything in the environment. */
function at(home: string, over: Partial<World> = {}): World {
  return { home, answers: ANSWERS, environment: {}, ...over };
}

describe('kargo login', () => {
  it.each<[string, string, Partial<World>, string[]]>([
    ['from standard input', API, { input: ' good\n' }, ['--token-stdin']],
    ['from a prompt', API, { secret: 'good' }, []],
    [
      'from the environment',
      API,
      { environment: { KARGO_API_TOKEN: 'good' } },
      [],
    ],
  ])('takes a token %s', async (_, address, over, args) => {
    await withHome(async home => {
      const run = await runAgainst(['login', address, ...args], at(home, over));
      expect(run).toMatchObject({
        code: 0,
        err: '',
        out: `Logged in to ${API}\n`,
      });
      const file = join(home, '.config', 'kargo', 'config');
      expect((await stat(file)).mode % 0o1000).toBe(0o600);
      expect(await readFile(file, 'utf8')).toBe(
        `apiAddress: ${API}\nauthMethod: token\nbearerToken: good\ninsecureSkipTLSVerify: false\n`,
      );

      const view = await runAgainst(['config', 'view'], at(home));
      expect(view.out).toContain("bearerToken: '*****'".replaceAll("'", '"'));
      const raw = await runAgainst(['config', 'view', '--raw'], at(home));
      expect(raw.out).toContain('bearerToken: good');
      const version = await runAgainst(['version'], at(home));
      expect(version.out).toBe(
        'Client Version: 1.2.3\nServer Version: 0.1.0\n',
      );

      await runAgainst(['logout'], at(home));
      const after = await runAgainst(['version'], at(home));
      expect(after).toMatchObject({
        code: 0,
        out: 'Client Version: 1.2.3\n',
        err: "Server version: no server is known; run 'kargo login ADDRESS' or set KARGO_API_ADDRESS and KARGO_API_TOKEN\n",
      });
    });
  });

  it('finds the API of a portal by the address of the portal', async () => {
    await withHome(async home => {
      const run = await runAgainst(
        ['login', 'https://portal.example/', '--token-stdin'],
        at(home, {
          input: 'good',
          answers: {
            ...ANSWERS,
            'GET /v1beta1/system/public-server-config': () =>
              new Response('<html>the portal</html>'),
          },
        }),
      );
      expect(run).toMatchObject({ code: 0, out: `Logged in to ${API}\n` });
    });
  });

  it('does not ask whether a certificate is good when told so, and remembers it', async () => {
    await withHome(async home => {
      const login = await runAgainst(
        ['login', API, '--token-stdin', '--insecure-skip-tls-verify'],
        at(home, { input: 'good' }),
      );
      expect(login.insecure).toBe(true);
      const version = await runAgainst(['version'], at(home));
      expect(version.insecure).toBe(true);
      const strict = await runAgainst(
        ['version'],
        at(home, { environment: { KARGO_INSECURE_SKIP_TLS_VERIFY: 'false' } }),
      );
      expect(strict.insecure).toBe(false);
    });
  });

  it('takes nothing over from the last server to another one that the environment names', async () => {
    await withHome(async home => {
      const folder = join(home, '.config', 'kargo');
      const file = join(folder, 'config');
      await mkdir(folder, { recursive: true });
      await writeFile(
        file,
        'apiAddress: https://old.example/api/kargo\nauthMethod: sso\nbearerToken: old\ninsecureSkipTLSVerify: true\ncallbackPort: 5678\n',
      );
      const environment = { KARGO_API_ADDRESS: 'https://portal.example' };
      const version = await runAgainst(
        ['version'],
        at(home, {
          environment: { KARGO_API_ADDRESS: API, KARGO_API_TOKEN: 'good' },
        }),
      );
      expect(version).toMatchObject({ code: 0, insecure: false });
      const login = await runAgainst(
        ['login'],
        at(home, { environment, secret: 'good' }),
      );
      expect(login).toMatchObject({ code: 0, insecure: false });
      expect(await readFile(file, 'utf8')).toBe(
        `apiAddress: ${API}\nauthMethod: token\nbearerToken: good\ninsecureSkipTLSVerify: false\n`,
      );
    });
  });

  it('keeps the default project, and logs in again to the same server', async () => {
    await withHome(async home => {
      await runAgainst(['config', 'set-project', 'shop'], at(home));
      await runAgainst(
        ['login', API, '--token-stdin'],
        at(home, { input: 'good' }),
      );
      const again = await runAgainst(
        ['login', '--token-stdin'],
        at(home, { input: 'good' }),
      );
      expect(again.out).toBe(`Logged in to ${API}\n`);
      const project = await runAgainst(['config', 'get-project'], at(home));
      expect(project.out).toBe('shop\n');
      const stages = await runAgainst(['get', 'stages'], at(home));
      expect(stages.requests[0].line).toBe('GET /projects/shop/stages');
    });
  });

  it('never sends the token of one server to another', async () => {
    await withHome(async home => {
      await runAgainst(
        ['login', API, '--token-stdin'],
        at(home, { input: 'good' }),
      );
      const run = await runAgainst(
        ['get', 'projects'],
        at(home, {
          environment: { KARGO_API_ADDRESS: 'https://other.example' },
        }),
      );
      expect(run).toMatchObject({
        code: 1,
        requests: [],
        err: "Error: not logged in to https://other.example; run 'kargo login' or set KARGO_API_TOKEN\n",
      });
    });
  });

  describe('--sso', () => {
    const ISSUER = 'https://portal.example/api/auth';
    const CLIENT = `${ISSUER}/.well-known/oauth-client/cli.json`;
    /** A token as the portal makes them, good until a time. */
    const jwt = (name: string, until: Date) =>
      [name, { exp: until.getTime() / 1000 }, 'signature']
        .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
    const FIRST = jwt('first', new Date('2026-03-01T13:00:00Z'));
    const SECOND = jwt('second', new Date('2026-03-01T15:00:00Z'));
    const LATER = new Date('2026-03-01T13:30:00Z');

    const PORTAL = {
      ...ANSWERS,
      'GET /system/public-server-config': {
        adminAccountEnabled: false,
        skipAuth: false,
        oidcConfig: {
          issuerUrl: ISSUER,
          clientId: CLIENT,
          scopes: ['openid'],
        },
      },
      'GET /system/server-version': { version: '0.1.0' },
      'GET /api/auth/.well-known/openid-configuration': {
        issuer: ISSUER,
        authorization_endpoint: `${ISSUER}/v1/authorize`,
        token_endpoint: `${ISSUER}/v1/token`,
        scopes_supported: ['openid', 'offline_access'],
      },
      'POST /api/auth/v1/token': ({ body }: { body?: unknown }) => {
        const { grant_type: grant } = body as { grant_type: string };
        return grant === 'refresh_token'
          ? { access_token: SECOND, refresh_token: 'r2' }
          : { access_token: FIRST, refresh_token: 'r1' };
      },
    };
    const approving = (url: URL) => ({
      code: 'c',
      state: url.searchParams.get('state') ?? '',
    });

    const logIn = (home: string, over: Partial<World> = {}, args = ['--sso']) =>
      runAgainst(
        ['login', API, ...args],
        at(home, { answers: PORTAL, browser: approving, ...over }),
      );

    it('signs in at the portal, proves that it is who asked, and keeps what renews it', async () => {
      await withHome(async home => {
        let asked: URL | undefined;
        const run = await logIn(
          home,
          {
            browser: url => {
              asked = url;
              return approving(url);
            },
          },
          ['--sso', '--port', '5678'],
        );
        expect(run).toMatchObject({ code: 0, out: `Logged in to ${API}\n` });
        const given = Object.fromEntries(asked!.searchParams);
        expect(given).toMatchObject({
          client_id: CLIENT,
          redirect_uri: 'http://127.0.0.1:5678/callback',
          scope: 'openid offline_access',
          code_challenge_method: 'S256',
        });
        const { code_verifier: verifier } = run.requests.find(
          ({ line }) => line === 'POST /api/auth/v1/token',
        )!.body as Record<string, string>;
        expect(given.code_challenge).toBe(
          createHash('sha256').update(verifier).digest('base64url'),
        );
        const file = join(home, '.config', 'kargo', 'config');
        expect(await readFile(file, 'utf8')).toBe(
          `apiAddress: ${API}\nauthMethod: sso\nbearerToken: ${FIRST}\nrefreshToken: r1\ninsecureSkipTLSVerify: false\ncallbackPort: 5678\n`,
        );
      });
    });

    it('is renewed when it ends, once, without anybody being asked', async () => {
      await withHome(async home => {
        await logIn(home);
        const projects = () =>
          runAgainst(
            ['get', 'projects'],
            at(home, {
              answers: { ...PORTAL, 'GET /projects': { items: [] } },
              now: LATER,
            }),
          );
        const first = await projects();
        const second = await projects();
        expect(first.requests.at(-1)!.headers.get('authorization')).toBe(
          `Bearer ${SECOND}`,
        );
        expect(second.requests.map(({ line }) => line)).toEqual([
          'GET /projects',
        ]);
      });
    });

    it('is done again, as the last time, by a log-in that names nothing', async () => {
      await withHome(async home => {
        await logIn(home, {}, ['--sso', '--port', '5678']);
        let back = '';
        const again = await runAgainst(
          ['login'],
          at(home, {
            answers: PORTAL,
            browser: url => {
              back = url.searchParams.get('redirect_uri') ?? '';
              return approving(url);
            },
          }),
        );
        expect(again).toMatchObject({ code: 0 });
        expect(back).toBe('http://127.0.0.1:5678/callback');
      });
    });

    it('keeps nothing to renew with when nobody knows whose certificate it was', async () => {
      await withHome(async home => {
        await logIn(home, {}, ['--sso', '--insecure-skip-tls-verify']);
        const file = join(home, '.config', 'kargo', 'config');
        expect(await readFile(file, 'utf8')).not.toContain('refreshToken');
      });
    });

    it.each<[string, Partial<World>]>([
      [
        'the portal did not sign you in: User denied the request',
        {
          browser: url => ({
            state: url.searchParams.get('state') ?? '',
            error: 'access_denied',
            error_description: 'User denied the request',
          }),
        },
      ],
      [
        'nobody signed in within 5 minutes; try again',
        { browser: () => ({ code: 'c', state: 'of somebody else' }) },
      ],
      [
        `${ISSUER} does not sign people in`,
        {
          answers: {
            ...PORTAL,
            'GET /api/auth/.well-known/openid-configuration': {
              issuer: ISSUER,
              authorization_endpoint: 'file:///usr/bin/program',
              token_endpoint: `${ISSUER}/v1/token`,
            },
          },
        },
      ],
      ['nobody signed in within 5 minutes; try again', { browser: undefined }],
      [
        'the portal lets no programs sign people in (auth.clientIdMetadataDocuments). Use a token of the portal: set KARGO_API_TOKEN, or pass it with --token-stdin',
        { answers: ANSWERS },
      ],
      [
        `${ISSUER} does not sign people in`,
        {
          answers: {
            ...PORTAL,
            'GET /api/auth/.well-known/openid-configuration': {
              issuer: 'https://evil.example',
            },
          },
        },
      ],
    ])('fails with: %s', async (message, over) => {
      await withHome(async home => {
        const run = await logIn(home, over);
        expect(run).toMatchObject({
          code: 1,
          err: expect.stringContaining(`Error: ${message}\n`),
        });
      });
    });

    /** Lists projects when the token has ended, with what happens at its renewal. */
    const listLater = (home: string, onRenewal: () => Promise<Response>) =>
      runAgainst(
        ['get', 'projects'],
        at(home, {
          now: LATER,
          answers: {
            ...PORTAL,
            'GET /projects': { items: [] },
            'POST /api/auth/v1/token': onRenewal,
          },
        }),
      );

    it('takes what another command renews at the same time, also when it is slow to write it down', async () => {
      await withHome(async home => {
        await logIn(home);
        const file = join(home, '.config', 'kargo', 'config');
        const before = await readFile(file, 'utf8');
        let looks = 0;
        const run = await runAgainst(
          ['get', 'projects'],
          at(home, {
            now: LATER,
            answers: {
              ...PORTAL,
              'GET /projects': { items: [] },
              'POST /api/auth/v1/token': () =>
                Response.json({ error: 'invalid_grant' }, { status: 400 }),
            },
            delay: async () => {
              if (++looks === 2) {
                await writeFile(file, before.replace(FIRST, SECOND));
              }
            },
          }),
        );
        expect(run).toMatchObject({ code: 0 });
        expect(run.requests.at(-1)!.headers.get('authorization')).toBe(
          `Bearer ${SECOND}`,
        );
      });
    });

    it('does not log in again whoever logs out while it is renewed', async () => {
      await withHome(async home => {
        await logIn(home);
        const run = await listLater(home, async () => {
          await runAgainst(['logout'], at(home));
          return Response.json({ access_token: SECOND, refresh_token: 'r2' });
        });
        expect(run).toMatchObject({ code: 0 });
        const file = join(home, '.config', 'kargo', 'config');
        await expect(stat(file)).rejects.toThrow('ENOENT');
      });
    });

    it('asks to log in when the portal renews it no more', async () => {
      await withHome(async home => {
        await logIn(home);
        const run = await runAgainst(
          ['get', 'projects'],
          at(home, {
            now: LATER,
            answers: {
              ...PORTAL,
              'POST /api/auth/v1/token': () =>
                Response.json({ error: 'invalid_grant' }, { status: 400 }),
            },
          }),
        );
        expect(run).toMatchObject({
          code: 1,
          err: "Error: your log-in has ended; run 'kargo login'\n",
        });
      });
    });
  });

  it.each<[string, string[], Partial<World>]>([
    [
      '--kubeconfig is not offered here: the portal signs people in. Use --sso, or a token of the portal: set KARGO_API_TOKEN, or pass it with --token-stdin',
      [API, '--kubeconfig'],
      {},
    ],
    ["'x' is not a port", [API, '--sso', '--port', 'x'], {}],
    [
      `${API} does not accept the token`,
      [API, '--token-stdin'],
      { input: 'bad' },
    ],
    [
      'a token is required: set KARGO_API_TOKEN, or pass it with --token-stdin',
      [API],
      {},
    ],
    [
      'there is no Kargo at https://other.example or https://other.example/api/kargo',
      ['https://other.example'],
      {},
    ],
    [
      'cannot tell whether there is Kargo at https://away.example, which does not work now: 503 Service Unavailable',
      ['https://away.example'],
      {
        answers: {
          'GET https://away.example/v1beta1/system/public-server-config': () =>
            new Response('<html>', {
              status: 503,
              statusText: 'Service Unavailable',
            }),
        },
      },
    ],
    [
      "'portal.example' is not an address such as https://portal.example",
      ['portal.example'],
      {},
    ],
    ['an address is required: kargo login https://portal.example', [], {}],
  ])('fails with: %s', async (message, args, over) => {
    await withHome(async home => {
      const run = await runAgainst(['login', ...args], at(home, over));
      expect(run).toMatchObject({
        code: 1,
        out: '',
        err: `Error: ${message}\n`,
      });
      await expect(stat(join(home, '.config'))).rejects.toThrow('ENOENT');
    });
  });
});

describe('the configuration file', () => {
  it('is where XDG says', async () => {
    await withHome(async home => {
      const environment = { XDG_CONFIG_HOME: join(home, 'xdg') };
      await runAgainst(['config', 'set-project', 'shop'], {
        home,
        environment,
      });
      expect(await readFile(join(home, 'xdg', 'kargo', 'config'), 'utf8')).toBe(
        'project: shop\n',
      );
    });
  });

  it('is replaced, not written into, so that nobody reads along', async () => {
    await withHome(async home => {
      await runAgainst(['config', 'set-project', 'a'], { home });
      const file = join(home, '.config', 'kargo', 'config');
      await writeFile(file, 'project: b\n', { mode: 0o644 });
      await runAgainst(['config', 'set-project', 'c'], { home });
      expect((await stat(file)).mode % 0o1000).toBe(0o600);
    });
  });

  it('is whole when several commands write it at the same time', async () => {
    await withHome(async home => {
      const names = Array.from({ length: 10 }, (_, index) => `p${index}`);
      const runs = await Promise.all(
        names.map(name =>
          runAgainst(['config', 'set-project', name], { home }),
        ),
      );
      expect(runs.map(({ err }) => err)).toEqual(names.map(() => ''));
      const folder = join(home, '.config', 'kargo');
      expect(await readdir(folder)).toEqual(['config']);
      expect(await readFile(join(folder, 'config'), 'utf8')).toMatch(
        /^project: p\d\n$/,
      );
    });
  });

  it('is not quoted when it cannot be understood', async () => {
    await withHome(async home => {
      await runAgainst(['config', 'set-project', 'a'], { home });
      const file = join(home, '.config', 'kargo', 'config');
      await writeFile(file, 'bearerToken: [hush');
      const run = await runAgainst(['get', 'projects'], { home });
      expect(run.err).toBe(
        `Error: ${file} is not a configuration of kargo; run 'kargo logout' to remove it\n`,
      );
    });
  });
});

describe('failures of a server', () => {
  it.each<[string, () => Response]>([
    [
      "the server did not answer as Kargo does; the address of a portal's API ends in /api/kargo",
      () => new Response('<html>the portal</html>'),
    ],
    [
      "the server does not accept the token (expired); run 'kargo login' with a new one",
      () => Response.json({ error: 'expired' }, { status: 401 }),
    ],
    [
      "the server did not answer as Kargo does; the address of a portal's API ends in /api/kargo: 404 Not Found",
      () =>
        new Response('nothing here', { status: 404, statusText: 'Not Found' }),
    ],
    [
      '502 Bad Gateway',
      () => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }),
    ],
    [
      '413 Payload Too Large',
      () =>
        new Response('<html>', {
          status: 413,
          statusText: 'Payload Too Large',
        }),
    ],
    [
      "You may not read project 'shop'",
      () =>
        Response.json(
          { error: "You may not read project 'shop'" },
          { status: 403 },
        ),
    ],
    [
      'cannot reach https://portal.example/api/kargo: connect ECONNREFUSED',
      () => {
        throw new TypeError('fetch failed', {
          cause: new Error('connect ECONNREFUSED'),
        });
      },
    ],
  ])('are told as: %s', async (message, answer) => {
    const run = await runAgainst(['get', 'projects'], {
      answers: { 'GET /projects': answer },
    });
    expect(run).toMatchObject({ code: 1, out: '', err: `Error: ${message}\n` });
  });
});

it('names an address of the environment that is none', async () => {
  const run = await runAgainst(['get', 'projects'], {
    environment: {
      KARGO_API_ADDRESS: 'portal.example:7007',
      KARGO_API_TOKEN: 'told',
    },
  });
  expect(run).toMatchObject({
    code: 1,
    err: "Error: 'portal.example:7007' is not an address such as https://portal.example\n",
    requests: [],
  });
});

describe('kargo version', () => {
  const SERVER = { version: '0.1.0', platform: 'linux/amd64' };

  it.each([
    ['', 'Client Version: 1.2.3\nServer Version: 0.1.0\n'],
    ['--client', 'Client Version: 1.2.3\n'],
    ['-o jsonpath={.kind}/{.server.platform}', 'ComponentVersions/linux/amd64'],
    [
      '--client -o yaml',
      'apiVersion: kargo.akuity.io/v1alpha1\nclient:\n  version: 1.2.3\nkind: ComponentVersions\n',
    ],
  ])('%s', async (options, out) => {
    const run = await runAgainst(
      ['version', ...options.split(' ').filter(Boolean)],
      { answers: { 'GET /system/server-version': SERVER } },
    );
    expect(run).toMatchObject({ code: 0, out, err: '' });
  });
});

describe('kargo config view', () => {
  const TOLD = {
    KARGO_API_ADDRESS: 'https://other.example/api/kargo',
    KARGO_API_TOKEN: 'told',
  };

  it('shows the server and the token that the environment tells', async () => {
    await withHome(async home => {
      await runAgainst(
        ['login', API, '--token-stdin'],
        at(home, { input: 'good' }),
      );
      const view = await runAgainst(
        ['config', 'view', '--raw'],
        at(home, { environment: TOLD }),
      );
      expect(view.out).toContain(`apiAddress: ${TOLD.KARGO_API_ADDRESS}\n`);
      expect(view.out).toContain('bearerToken: told\n');
      const masked = await runAgainst(
        ['config', 'view'],
        at(home, { environment: TOLD }),
      );
      expect(masked.out).not.toContain('told');
      const chosen = await runAgainst(
        ['config', 'view', '--raw', '-o', 'jsonpath={.kind} {.bearerToken}'],
        at(home, { environment: TOLD }),
      );
      expect(chosen.out).toBe('CLIConfig told');
    });
  });

  it.each([
    API,
    `${API}/`,
    'https://portal.example',
    'https://portal.example/',
  ])('knows the server of the log-in as %s', async KARGO_API_ADDRESS => {
    await withHome(async home => {
      await runAgainst(
        ['login', API, '--token-stdin'],
        at(home, { input: 'good' }),
      );
      const view = await runAgainst(
        ['config', 'view', '--raw'],
        at(home, { environment: { KARGO_API_ADDRESS } }),
      );
      expect(view.out).toContain('bearerToken: good\n');
      expect(view.out).toContain(`apiAddress: ${API}\n`);
    });
  });

  it('shows no token of another server', async () => {
    await withHome(async home => {
      await runAgainst(
        ['login', API, '--token-stdin'],
        at(home, { input: 'good' }),
      );
      const { KARGO_API_ADDRESS } = TOLD;
      const view = await runAgainst(
        ['config', 'view', '--raw'],
        at(home, { environment: { KARGO_API_ADDRESS } }),
      );
      expect(view.out).not.toContain('good');
    });
  });
});
