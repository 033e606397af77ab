import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoWorld, startDemoWorld } from '../world/demoWorld';
import { type Portal, startPortal } from '../world/portal';
import { ApiProgram, eventually, type WireResource } from './ApiProgram';
import { aGitStage, aProjectByHand, type PipelineSubject } from './pipelines';

const LIMIT_MS = 600_000;

/** A good project, a document that no Kargo takes, and one more good document after it. */
const BOOTSTRAP = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: bootstrapped}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: broken, namespace: bootstrapped}
spec:
  interval: soon
  subscriptions:
  - image: {repoURL: "https://not an image"}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: PromotionTask
metadata: {name: good, namespace: bootstrapped}
spec:
  steps:
  - uses: git-clear
    config: {path: ./out}
`;

describe('a pipeline, driven by a foreign program over HTTP', () => {
  let stateDir: string;
  let world: DemoWorld;
  let portal: Portal;
  let program: ApiProgram;
  let subject: PipelineSubject;
  const until = () => AbortSignal.timeout(LIMIT_MS);

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'scenario-'));
    world = await startDemoWorld({ stateDir: join(stateDir, 'world') });
    const bootstrap = join(stateDir, 'bootstrap.yaml');
    await writeFile(bootstrap, BOOTSTRAP);
    portal = await startPortal({
      stateDir: join(stateDir, 'portal'),
      extraConfig: {
        kargo: { manifests: { locations: [{ path: bootstrap }] } },
      },
    });
    program = new ApiProgram(portal.api, portal.token);
    subject = {
      project: 'foreign',
      image: world.guestbookRepository,
      gitURL: world.gitopsURL,
    };
  }, LIMIT_MS);

  afterAll(async () => {
    await portal?.close();
    await world?.close();
    await rm(stateDir, { recursive: true, force: true });
  });

  const show = (stage: string) =>
    world.git.git(
      'gitops',
      ...['log', '--format=%s', '--numstat', 'main', '--'],
      `apps/guestbook/overlays/${stage}`,
    );

  it(
    'sees Freight appear and reach the first Stage by itself',
    async () => {
      const { project, image } = subject;
      const [namespace] = await program.create(aProjectByHand(subject));
      expect(namespace).toMatchObject({
        kind: 'Project',
        metadata: { name: project },
      });

      const watching = new AbortController();
      const freight = firstFreight(
        program.watch(
          `/projects/${project}/freight?watch=true`,
          watching.signal,
        ),
      );
      await program.create(`
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata:
  name: ${project}
  namespace: ${project}
spec:
  promotionPolicies:
  - stageSelector:
      name: test
    autoPromotionEnabled: true
---
${aGitStage(subject, 'test', '{direct: true}')}
---
${aGitStage(subject, 'uat', '{stages: [test]}')}
---
${aGitStage(subject, 'prod', '{stages: [uat]}')}
`);
      // The Warehouse now makes Freight by itself, as most are written.
      const { body, status } = await program.call<object>(
        'PUT',
        '/resources',
        `
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata:
  name: guestbook
  namespace: ${project}
spec:
  interval: 24h
  subscriptions:
  - image:
      repoURL: ${image}
      constraint: ^1.0.0
`,
      );
      expect([status, body]).toEqual([200, expect.anything()]);

      const found = await freight;
      watching.abort();
      expect(found.images).toMatchObject([{ repoURL: image, tag: '1.2.0' }]);
      expect(found.alias).toMatch(/^[a-z]+-[a-z]+$/);
      const [promotion] = await eventually(async () => {
        const all = await program.promotions(project, 'test');
        return all[0]?.status?.finishedAt ? all : undefined;
      }, until());
      expect([promotion.status?.phase, promotion.status?.message]).toEqual([
        'Succeeded',
        undefined,
      ]);
      expect(promotion.spec).toMatchObject({ freight: found.metadata.name });
    },
    LIMIT_MS,
  );

  it(
    'promotes to uat and prod, each with one commit that changes one line',
    async () => {
      const { project } = subject;
      const [first] = await program.promotions(project, 'test');
      const freight = String(first.spec?.freight);
      for (const stage of ['uat', 'prod']) {
        await program.available(project, stage, freight, until());
        const asked = await program.promote(project, stage, freight);
        const ended = await program.ended(
          project,
          asked.metadata.name,
          until(),
        );
        expect([ended.status?.phase, ended.status?.message]).toEqual([
          'Succeeded',
          undefined,
        ]);
        const head = await world.git.resolve('gitops', 'main');
        expect(ended.status?.state).toMatchObject({ commit: { commit: head } });
      }
      for (const stage of ['test', 'uat', 'prod']) {
        const file = `apps/guestbook/overlays/${stage}/kustomization.yaml`;
        const [latest] = (await show(stage)).split(/\n(?=Promote|Initial)/);
        expect(latest.trim().split(/\s*\n+/)).toEqual([
          `Promote 1.2.0 to ${stage}`,
          `1\t1\t${file}`,
        ]);
        expect(await world.git.readFile('gitops', 'main', file)).toContain(
          'newTag: 1.2.0',
        );
      }
      const stage = await eventually(async () => {
        const prod = await program.get(`/projects/${project}/stages/prod`);
        return prod.status?.freightSummary === freight ? prod : undefined;
      }, until());
      expect(stage.status).toMatchObject({
        health: { status: 'Healthy' },
        conditions: expect.arrayContaining([
          expect.objectContaining({ type: 'Ready', status: 'True' }),
        ]),
      });
    },
    LIMIT_MS,
  );

  it('refuses Freight that has not come that far, and says why', async () => {
    const { project } = subject;
    const [older] = await program.create(`
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata: {namespace: ${project}}
discoveredAt: "2026-01-01T00:00:00Z"
origin: {kind: Warehouse, name: guestbook}
images:
- {repoURL: "${subject.image}", tag: 1.1.0, digest: "sha256:${'1'.repeat(64)}"}
`);
    const answer = await program.call<{ error: string }>(
      'POST',
      `/projects/${project}/stages/prod/promotions`,
      { freight: older.metadata.name },
    );
    expect([answer.status, answer.body.error]).toEqual([
      400,
      expect.stringMatching(/Not yet verified in 'uat'/),
    ]);
  });

  it(
    'tells people who may not promote why, and whom to ask',
    async () => {
      const { project } = subject;
      const [promotion] = await program.promotions(project, 'test');
      const victor = new ApiProgram(portal.api, await portal.tokenOf('victor'));
      const denied = await victor.call<{ error: string }>(
        'POST',
        `/projects/${project}/stages/test/promotions`,
        { freight: promotion.spec?.freight },
      );
      expect([denied.status, denied.body.error]).toEqual([
        403,
        expect.stringMatching(/^You may not promote to 'test'.* Ask /),
      ]);
      const access = await victor.get<{
        project: { manage: { allowed: boolean } };
        stages: Record<
          string,
          { promote: { allowed: boolean; reason?: string } }
        >;
      }>(`/projects/${project}/access`);
      expect(access.project.manage).toMatchObject({ allowed: false });
      expect(Object.keys(access.stages).sort()).toEqual([
        'prod',
        'test',
        'uat',
      ]);
      expect(access.stages.test.promote).toEqual({
        allowed: false,
        reason: denied.body.error,
      });
      expect(await program.promotions(project, 'test')).toHaveLength(1);
      const nobody = new ApiProgram(portal.api, 'no-token');
      expect((await nobody.call('GET', `/projects/${project}`)).status).toBe(
        401,
      );
    },
    LIMIT_MS,
  );

  it('applies configured manifests, and what is broken does not stop the rest', async () => {
    const task = await program.get(
      '/projects/bootstrapped/promotion-tasks/good',
    );
    expect(task.metadata.name).toBe('good');
    const { items } = await program.get<{ items: WireResource[] }>(
      '/projects/bootstrapped/warehouses',
    );
    expect(items).toEqual([]);
    const log = await portal.log();
    expect(log).toMatch(
      /Failed to apply a configured manifest.*bootstrap\.yaml.*Warehouse 'broken' is invalid: .*spec\.interval/,
    );
    expect(log).toMatch(/spec\.subscriptions\[0\]\.image\.repoURL/);
  });
});

async function firstFreight(
  changes: AsyncIterable<{ type: string; object: WireResource }>,
): Promise<WireResource> {
  for await (const { type, object } of changes) {
    if (type === 'ADDED') return object;
  }
  throw new Error('The watch ended without Freight');
}
