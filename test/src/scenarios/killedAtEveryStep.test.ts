import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoWorld, startDemoWorld } from '../world/demoWorld';
import {
  type LoopbackServer,
  startLoopbackServer,
} from '../world/loopbackServer';
import { type Portal, startPortal } from '../world/portal';
import { type Postgres, startPostgres } from '../world/postgres';
import { ApiProgram, eventually } from './ApiProgram';
import { aFreight, aProjectByHand, type PipelineSubject } from './pipelines';

const LIMIT_MS = 900_000;
const GATES = ['cloned', 'changed', 'committed', 'pushed'];

/** Nine steps; at each gate the Promotion stands at the boundary between two others. */
function aGatedStage({ project, image, gitURL }: PipelineSubject, url: string) {
  const gate = (name: string) => `
      - uses: http
        as: ${name}
        config: {url: "${url}/${name}", timeout: 15m}`;
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: test
  namespace: ${project}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: guestbook}
    sources: {direct: true}
  promotionTemplate:
    spec:
      steps:
      - uses: git-clone
        config:
          repoURL: ${gitURL}
          checkout: [{branch: main, path: ./src}]${gate('cloned')}
      - uses: kustomize-set-image
        config:
          path: ./src/apps/guestbook/overlays/test
          images: [{image: ${image}, tag: "\${{ imageFrom('${image}').Tag }}"}]${gate(
    'changed',
  )}
      - uses: git-commit
        as: commit
        config: {path: ./src, message: Promote once}${gate('committed')}
      - uses: git-push
        as: push
        config: {path: ./src}${gate('pushed')}
      - uses: compose-output
        as: told
        config: {commit: "\${{ outputs.push.commit }}"}
`;
}

describe('a portal on PostgreSQL that is killed between the steps of a promotion', () => {
  let stateDir: string;
  let postgres: Postgres;
  let world: DemoWorld;
  let gate: LoopbackServer;
  let portal: Portal;
  let program: ApiProgram;

  const start = async () => {
    portal = await startPortal({
      stateDir: join(stateDir, 'portal'),
      database: { postgresUrl: postgres.url, prefix: 'killed_' },
    });
    program = new ApiProgram(portal.api, portal.token);
  };

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'scenario-'));
    [postgres, world, gate] = await Promise.all([
      startPostgres(),
      startDemoWorld({ stateDir: join(stateDir, 'world') }),
      startLoopbackServer({
        route: ({ url }) => url.pathname.slice(1),
        handle: async () => ({ status: 200, body: 'open' }),
      }),
    ]);
    await start();
  }, LIMIT_MS);

  afterAll(async () => {
    await portal?.close();
    await Promise.all([world?.close(), gate?.close()]);
    await postgres?.stop();
    await rm(stateDir, { recursive: true, force: true });
  }, LIMIT_MS);

  it(
    'ends it, with one commit and everything told as if nothing had happened',
    async () => {
      const subject = {
        project: 'killed',
        image: world.guestbookRepository,
        gitURL: world.gitopsURL,
      };
      await program.create(aProjectByHand(subject));
      await program.create(aGatedStage(subject, gate.url));
      const baseline = await world.git.resolve('gitops', 'main');
      const [freight] = await program.create(aFreight(subject, '4.0.1'));

      let open = gate.faults.always({ kind: 'hang' }, { route: GATES[0] });
      const { metadata } = await program.promote(
        subject.project,
        'test',
        freight.metadata.name,
      );
      for (const [index, name] of GATES.entries()) {
        await gate.waitForRequests(name);
        await portal.kill('SIGKILL');
        open();
        const next = GATES[index + 1];
        if (next) {
          open = gate.faults.always({ kind: 'hang' }, { route: next });
        }
        await start();
      }

      const ended = await program.ended(
        subject.project,
        metadata.name,
        AbortSignal.timeout(LIMIT_MS),
      );
      expect([ended.status?.phase, ended.status?.message]).toEqual([
        'Succeeded',
        undefined,
      ]);
      const commits = await world.git.log('gitops', `${baseline}..main`);
      expect(commits.map(({ subject: text }) => text)).toEqual([
        'Promote once',
      ]);
      const head = await world.git.resolve('gitops', 'main');
      expect(ended.status?.state).toMatchObject({
        commit: { commit: head },
        push: { commit: head, branch: 'main' },
        told: { commit: head },
      });
      const stage = await eventually(async () => {
        const test = await program.get(`/projects/killed/stages/test`);
        return test.status?.lastPromotion ? test : undefined;
      }, AbortSignal.timeout(LIMIT_MS));
      expect(stage.status?.lastPromotion).toMatchObject({
        name: metadata.name,
      });
    },
    LIMIT_MS,
  );
});
