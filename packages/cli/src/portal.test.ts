import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  approveSignIn,
  CLI_ADMIN_PASSWORD,
  CLI_PORTAL_CONFIG,
  Portal,
  runCommandsOn,
  startPortal,
} from 'kargo-test';
import { listenOnce } from './connection/listenOnce';
import { createProcessIo } from './processIo';
import { runKargo } from './runKargo';

const PIPELINE = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata:
  name: cli
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata:
  name: web
  namespace: cli
spec:
  freightCreationPolicy: Manual
  subscriptions:
    - image:
        repoURL: 127.0.0.1:1/web
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: test
  namespace: cli
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: web }
      sources: { direct: true }
  promotionTemplate:
    spec:
      steps:
        - uses: compose-output
          config: { tag: "\${{ imageFrom('127.0.0.1:1/web').Tag }}" }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: prod
  namespace: cli
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: web }
      sources: { stages: [test] }
  promotionTemplate:
    spec:
      steps:
        - uses: fail
          config: { message: not today }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata:
  name: any
  namespace: cli
alias: brisk-otter
origin: { kind: Warehouse, name: web }
images:
  - repoURL: 127.0.0.1:1/web
    tag: 1.4.0
`;

describe('kargo against a portal', () => {
  let stateDir: string;
  let portal: Portal;

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'kargo-cli-portal-'));
    portal = await startPortal({ stateDir, extraConfig: CLI_PORTAL_CONFIG });
  }, 600_000);

  afterAll(async () => {
    await portal?.close();
    await rm(stateDir, { recursive: true, force: true });
  });

  /** Runs the program in a process of its own, with a configuration of its own. */
  async function kargo(line: string, input: string = '') {
    const child = spawn(
      process.execPath,
      [resolve(__dirname, '../bin/kargo'), ...line.split(' ')],
      { env: { PATH: process.env.PATH, HOME: stateDir } },
    );
    child.stdin.end(input);
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { code, out, err };
  }

  it('takes Freight through a pipeline', async () => {
    expect(
      await kargo(`login ${portal.url} --token-stdin`, portal.token),
    ).toEqual({ code: 0, out: `Logged in to ${portal.api}\n`, err: '' });
    await kargo('config set-project cli');

    const applied = await kargo('apply -f -', PIPELINE);
    expect(applied).toMatchObject({ code: 0, err: '' });
    expect(applied.out.split('\n')).toEqual([
      'project.kargo.akuity.io/cli created',
      'warehouse.kargo.akuity.io/web created',
      'stage.kargo.akuity.io/test created',
      'stage.kargo.akuity.io/prod created',
      expect.stringMatching(
        /^freight\.kargo\.akuity\.io\/[0-9a-f]{40} created$/,
      ),
      '',
    ]);
    const again = await kargo('apply -f -', PIPELINE.split('---')[0]);
    expect(again.out).toBe('project.kargo.akuity.io/cli configured\n');

    expect((await kargo('refresh warehouse web --wait')).out).toBe(
      "Warehouse 'cli/web' refreshed\n",
    );
    const promoted = await kargo(
      'promote --freight-alias brisk-otter --stage test --wait',
    );
    expect(promoted).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(
        /^promotion\.kargo\.akuity\.io\/test\.\w{26}\.\w{7} promotion created\n$/,
      ),
    });
    const promotions = await kargo('get promotions --stage test --no-headers');
    expect(promotions.out).toMatch(
      /^test\.\S+ +test +[0-9a-f]{40} +Succeeded +\d+s\n$/,
    );

    expect(
      await kargo('approve --freight-alias brisk-otter --stage prod'),
    ).toEqual({ code: 0, out: '', err: '' });
    const failed = await kargo(
      'promote --freight-alias brisk-otter --stage prod --wait',
    );
    expect(failed).toMatchObject({
      code: 1,
      err: expect.stringMatching(/ended as Failed: .*not today/),
    });
    expect(await kargo('refresh stage test --wait')).toMatchObject({
      code: 0,
      err: '',
    });
    const stage = await kargo(
      'get stage test -o jsonpath={.status.freightHistory[0].items.*.images[0].tag}',
    );
    expect(stage.out).toBe('1.4.0');

    const missing = await kargo('get stages test nowhere -o name');
    expect(missing).toMatchObject({
      code: 1,
      out: 'stage.kargo.akuity.io/test\n',
      err: expect.stringContaining('nowhere'),
    });
    expect(await kargo('delete project cli')).toEqual({
      code: 0,
      out: 'project.kargo.akuity.io/cli deleted\n',
      err: '',
    });
  }, 600_000);

  /** Runs a command in this process, as somebody who sits at a browser. */
  async function runHere(
    home: string,
    words: string[],
    {
      input = '',
      environment = {},
      hoursLater = 0,
      person = 'alice',
    }: {
      input?: string;
      environment?: Readonly<Record<string, string>>;
      hoursLater?: number;
      person?: string;
    } = {},
  ) {
    const result = { code: 0, out: '', err: '' };
    result.code = await runKargo(words, {
      ...createProcessIo(),
      environment,
      homeDirectory: home,
      workingDirectory: home,
      version: '0.0.0',
      fetch: (url, init) => fetch(url, init),
      now: () => new Date(Date.now() + hoursLater * 3_600_000),
      allowInsecureTls: () => {},
      readInput: async () => input,
      openBrowser: async url => {
        // The command waits for the browser, and the browser for nobody.
        approveSignIn(portal, person, url).catch(error => {
          result.err += error;
        });
      },
      writeOut: written => {
        result.out += written;
      },
      writeError: written => {
        result.err += written;
      },
    });
    return result;
  }

  it.each(['guide', 'commands', 'forms'])(
    'does what the list of commands %s says',
    async list => {
      const home = await mkdtemp(join(stateDir, list));
      let printed = '';
      const write = jest
        .spyOn(process.stdout, 'write')
        .mockImplementation(written => {
          printed += written;
          return true;
        });
      const { passed } = await runCommandsOn(
        {
          invoke: (words, input, environment) =>
            runHere(home, words, { input, environment, person: 'rita' }),
          workingDirectory: home,
          values: {
            ...{ portal: portal.url, api: portal.api, token: portal.token },
            password: CLI_ADMIN_PASSWORD,
          },
          isOurs: true,
        },
        resolve(__dirname, `../../../test/corpus/cli/${list}.jsonl`),
      );
      write.mockRestore();
      expect(printed).toBe('');
      expect(passed).toBeGreaterThan(20);
    },
    600_000,
  );

  it('signs a person in at the portal, and again when that ends', async () => {
    const home = join(stateDir, 'sso');
    const run = (line: string, hoursLater = 0) =>
      runHere(home, line.split(' '), { hoursLater });
    const keptToken = async () =>
      /^bearerToken: (.*)$/m.exec(
        await readFile(join(home, '.config/kargo/config'), 'utf8'),
      )?.[1];

    expect(await run(`login ${portal.url} --sso`)).toMatchObject({
      code: 0,
      out: `Logged in to ${portal.api}\n`,
    });
    const first = await keptToken();
    expect(await run('create project of-alice')).toMatchObject({ code: 0 });
    expect(
      await run('get project of-alice -o jsonpath={.metadata.annotations}'),
    ).toMatchObject({
      code: 0,
      out: expect.stringContaining('user:default/alice'),
    });

    expect(await run('get projects', 2)).toMatchObject({ code: 0 });
    expect(await keptToken()).not.toBe(first);
  }, 600_000);

  it("signs a person in, and again, as Kargo's own command line does it", async () => {
    const config = await portal.fetch(
      '/api/kargo/v1beta1/system/public-server-config',
    );
    const { oidcConfig } = (await config.json()) as {
      oidcConfig: { issuerUrl: string; cliClientId: string };
    };
    const { issuerUrl, cliClientId } = oidcConfig;
    const described = await fetch(
      `${issuerUrl}/.well-known/openid-configuration`,
    );
    const provider = (await described.json()) as Record<string, string>;
    expect(provider.issuer).toBe(issuerUrl);
    const callback = await listenOnce(
      '/auth/callback',
      0,
      answer => answer.get('state') === 's',
    );
    /** As a form, and with a header that names the client and no secret. */
    const requestTokens = async (form: Record<string, string>) => {
      const answer = await fetch(provider.token_endpoint, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${cliClientId}:`).toString(
            'base64',
          )}`,
        },
        body: new URLSearchParams(form),
      });
      return {
        status: answer.status,
        tokens: (await answer.json()) as Record<string, string>,
      };
    };
    const askVersion = async (token: string) => {
      const path = '/api/kargo/v1beta1/system/server-version';
      return (await portal.fetch(path, { token })).status;
    };
    try {
      const back = callback.url.replace('127.0.0.1', 'localhost');
      const verifier = 'v'.repeat(64);
      const challenge = createHash('sha256').update(verifier);
      const asked = new URLSearchParams({
        ...{ client_id: cliClientId, redirect_uri: back, state: 's' },
        ...{ response_type: 'code', scope: 'openid offline_access' },
        code_challenge: challenge.digest('base64url'),
        code_challenge_method: 'S256',
      });
      const [answer] = await Promise.all([
        callback.wait(60_000),
        approveSignIn(
          portal,
          'alice',
          `${provider.authorization_endpoint}?${asked}`,
        ),
      ]);
      const { tokens: first } = await requestTokens({
        ...{ grant_type: 'authorization_code', redirect_uri: back },
        ...{ code: answer?.get('code') ?? '', code_verifier: verifier },
      });
      expect(await askVersion(first.id_token)).toBe(200);

      const renewal = {
        grant_type: 'refresh_token',
        refresh_token: first.refresh_token,
      };
      const { tokens: second } = await requestTokens(renewal);
      expect(await askVersion(second.id_token)).toBe(200);
      expect(second.refresh_token).not.toBe(first.refresh_token);
      expect(await requestTokens(renewal)).toMatchObject({
        status: 400,
        tokens: { error: 'invalid_grant' },
      });
    } finally {
      await callback.close();
    }
  }, 600_000);

  it('keeps credentials that nobody can read back', async () => {
    await kargo(`login ${portal.api} --token-stdin`, portal.token);
    await kargo('create project secrets');
    const created = await kargo(
      'create repo-credentials bot -p secrets --git --repo-url https://git.example/ops.git --username bot --password hush',
    );
    expect(created).toEqual({
      code: 0,
      out: 'secret/bot created\n',
      err: '',
    });
    const read = await kargo('get repo-credentials bot -p secrets -o yaml');
    expect(read.out).toContain('username: bot');
    expect(read.out).not.toContain('hush');
    expect(await kargo('delete repo-credentials bot -p secrets')).toEqual({
      code: 0,
      out: 'secret/bot deleted\n',
      err: '',
    });
  }, 600_000);
});
