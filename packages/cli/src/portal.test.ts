import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Portal, startPortal } from 'kargo-test';

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
    portal = await startPortal({ stateDir });
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
  }, 300_000);
});
