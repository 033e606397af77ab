import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { KargoClient, Promotion } from 'backstage-plugin-kargo-common';
import { type Demo, findRunningDemo, startDemo } from './demo';
import { repositoryRoot } from './paths';
import { unpackTools } from './tools';

const run = promisify(execFile);

/** Asks until there is an answer; its own time limit is the test's. */
async function eventually<T>(
  ask: () => Promise<T | undefined>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(200, undefined, { signal });
  }
}

/** The Promotion of a tag to a Stage of the guestbook, when it has ended. */
async function findEnded(
  kargo: KargoClient,
  stage: string,
  tag: string,
): Promise<Promotion | undefined> {
  const { items } = await kargo.listPromotions({ project: 'guestbook', stage });
  return items.find(
    ({ status }) =>
      status?.finishedAt &&
      Object.values(status.freightCollection?.items ?? {}).some(freight =>
        freight.images?.some(image => image.tag === tag),
      ),
  );
}

/** The name of the Freight with a tag that may go to a Stage. */
async function findFreight(
  kargo: KargoClient,
  stage: string,
  tag: string,
): Promise<string | undefined> {
  const { groups } = await kargo.queryFreight({ project: 'guestbook', stage });
  return Object.values(groups)
    .flatMap(group => group.items)
    .find(freight => freight.images?.some(image => image.tag === tag))?.metadata
    .name;
}

describe('the demo', () => {
  const until = AbortSignal.timeout(600_000);
  let stateDir: string;
  let demo: Demo | undefined;
  const start = () =>
    startDemo({
      stateDir,
      token: 'kargo-demo-token',
      ports: { portal: 0, git: 0, registry: 0, charts: 0 },
    });
  const overlay = (stage: string) => {
    const path = `apps/guestbook/overlays/${stage}/kustomization.yaml`;
    return demo!.world.git.readFile('gitops', 'main', path);
  };

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'demo-'));
    demo = await start();
  }, 600_000);
  afterAll(async () => {
    await demo?.close();
    await rm(stateDir, { recursive: true, force: true });
  });

  it('promotes the newest version of every pipeline to test by itself', async () => {
    const kargo = demo!.portal.kargo();
    for (const project of ['guestbook', 'storefront', 'cache']) {
      const [first] = await eventually(async () => {
        const { items } = await kargo.listPromotions({
          project,
          stage: 'test',
        });
        return items[0]?.status?.finishedAt ? items : undefined;
      }, until);
      expect([project, first.status?.phase, first.status?.message]).toEqual([
        project,
        'Succeeded',
        undefined,
      ]);
    }
    expect(await overlay('test')).toContain('newTag: 1.2.0');
    const subjects = (await demo!.world.git.log('gitops', 'main')).map(
      commit => commit.subject,
    );
    expect(subjects).toEqual(
      expect.arrayContaining([
        'Promote guestbook 1.2.0 to test',
        'Promote storefront 2.1.0 to test',
      ]),
    );
  }, 600_000);

  it('changes one line of the overlay, which Kustomize renders', async () => {
    const changed = await demo!.world.git.git(
      'gitops',
      ...['log', '-1', '--format=', '--numstat', 'main', '--'],
      'apps/guestbook/overlays/test',
    );
    expect(changed.trim().split('\t').slice(0, 2)).toEqual(['1', '1']);
    const checkout = join(stateDir, 'checkout');
    await run('git', ['clone', '-q', demo!.addresses.git.repoURL, checkout]);
    const { kubectl } = await unpackTools();
    const { stdout } = await run(kubectl, [
      'kustomize',
      join(checkout, 'apps/guestbook/overlays/test'),
    ]);
    expect(stdout).toContain(
      `image: ${demo!.addresses.registry.repository}:1.2.0`,
    );
  }, 600_000);

  it('lets the owner promote to uat, and only a release manager to prod', async () => {
    const { portal } = demo!;
    const alice = portal.kargo(await portal.tokenOf('alice'));
    const freight = await eventually(
      () => findFreight(alice, 'uat', '1.2.0'),
      until,
    );
    const victor = portal.kargo(await portal.tokenOf('victor'));
    await expect(
      victor.promoteToStage({
        project: 'guestbook',
        stage: 'uat',
        body: { freight },
      }),
    ).rejects.toMatchObject({ status: 403 });
    await alice.promoteToStage({
      project: 'guestbook',
      stage: 'uat',
      body: { freight },
    });
    const toUat = await eventually(
      () => findEnded(alice, 'uat', '1.2.0'),
      until,
    );
    expect(toUat.status?.phase).toBe('Succeeded');

    await eventually(() => findFreight(alice, 'prod', '1.2.0'), until);
    await expect(
      alice.promoteToStage({
        project: 'guestbook',
        stage: 'prod',
        body: { freight },
      }),
    ).rejects.toMatchObject({ status: 403 });
    const rita = portal.kargo(await portal.tokenOf('rita'));
    await rita.promoteToStage({
      project: 'guestbook',
      stage: 'prod',
      body: { freight },
    });
    const toProd = await eventually(
      () => findEnded(rita, 'prod', '1.2.0'),
      until,
    );
    expect(toProd.status?.phase).toBe('Succeeded');
    expect(await overlay('prod')).toContain('newTag: 1.2.0');
  }, 600_000);

  it('verifies test by a request, and uat by a job', async () => {
    const kargo = demo!.portal.kargo();
    for (const [name, metric] of [
      ['test', 'tag-is-there'],
      ['uat', 'smoke'],
    ]) {
      const stage = await kargo.getStage({ project: 'guestbook', stage: name });
      const [newest] =
        stage.status?.freightHistory?.[0]?.verificationHistory ?? [];
      expect(newest).toMatchObject({ phase: 'Successful' });
      const analysis = await kargo.getAnalysisRun({
        project: 'guestbook',
        name: newest.analysisRun?.name ?? '',
      });
      expect(analysis.status?.metricResults).toMatchObject([
        { name: metric, phase: 'Successful' },
      ]);
    }
  }, 600_000);

  it('promotes what `yarn demo:publish` pushes', async () => {
    const { stdout } = await run(
      process.execPath,
      ['scripts/run.mjs', 'test/src/world/cli/publish.ts', '1.4.0'],
      {
        cwd: repositoryRoot,
        env: { ...process.env, KARGO_DEMO_STATE: stateDir },
      },
    );
    expect(stdout).toContain(
      `${demo!.addresses.registry.repository}:1.4.0 sha256:`,
    );
    const promotion = await eventually(
      () => findEnded(demo!.portal.kargo(), 'test', '1.4.0'),
      until,
    );
    expect(promotion.status?.phase).toBe('Succeeded');
    expect(await overlay('test')).toContain('newTag: 1.4.0');
  }, 600_000);

  it('keeps everything over a restart', async () => {
    expect((await findRunningDemo(stateDir))?.pid).toBe(process.pid);
    const ports = {
      portal: Number(new URL(demo!.portal.url).port),
      git: demo!.world.git.port,
      registry: demo!.world.registry.port,
      charts: demo!.world.charts.port,
    };
    await demo!.close();
    demo = undefined;
    expect(await findRunningDemo(stateDir)).toBeUndefined();
    demo = await startDemo({ stateDir, token: 'kargo-demo-token', ports });
    const kargo = demo.portal.kargo();
    expect((await findEnded(kargo, 'prod', '1.2.0'))?.status?.phase).toBe(
      'Succeeded',
    );
    expect(await overlay('test')).toContain('newTag: 1.4.0');
  }, 600_000);
});
