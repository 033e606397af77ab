import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoWorld, startDemoWorld } from '../world/demoWorld';
import {
  type LoopbackServer,
  startLoopbackServer,
} from '../world/loopbackServer';
import { type Portal, startPortal } from '../world/portal';
import { ApiProgram, eventually, type WireResource } from './ApiProgram';
import {
  aFreight,
  aGitStage,
  aProjectByHand,
  type PipelineSubject,
} from './pipelines';

const LIMIT_MS = 600_000;

/** Interrupts a Promotion at the right moment; what it returns makes the way free again. */
type Interruption = (baseline: string) => Promise<() => void>;

describe('a promotion that is interrupted', () => {
  let stateDir: string;
  let world: DemoWorld;
  let gate: LoopbackServer;
  let portal: Portal;
  let program: ApiProgram;
  let subject: PipelineSubject;
  const until = () => AbortSignal.timeout(LIMIT_MS);

  const start = async () => {
    portal = await startPortal({ stateDir: join(stateDir, 'portal') });
    program = new ApiProgram(portal.api, portal.token);
  };

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'scenario-'));
    world = await startDemoWorld({ stateDir: join(stateDir, 'world') });
    gate = await startLoopbackServer({
      route: () => 'gate',
      handle: async () => ({ status: 200, body: 'open' }),
    });
    await start();
    subject = {
      project: 'interrupted',
      image: world.guestbookRepository,
      gitURL: world.gitopsURL,
    };
    await program.create(aProjectByHand(subject));
    await program.create(
      aGitStage(
        subject,
        'test',
        '{direct: true}',
        `
      - uses: http
        as: gate
        config: {url: "${gate.url}/", timeout: 60s}
`,
      ),
    );
  }, LIMIT_MS);

  afterAll(async () => {
    await portal?.close();
    await Promise.all([world?.close(), gate?.close()]);
    await rm(stateDir, { recursive: true, force: true });
  });

  const head = async () => (await world.git.resolve('gitops', 'main')) ?? '';

  async function promote(tag: string): Promise<WireResource> {
    const [freight] = await program.create(aFreight(subject, tag));
    return program.promote(subject.project, 'test', freight.metadata.name);
  }

  const duringAStep: Interruption = async () => {
    gate.resetStats();
    const open = gate.faults.always({ kind: 'hang' });
    await gate.waitForRequests('gate');
    return open;
  };

  const betweenCommitAndPush: Interruption = async () => {
    world.git.resetStats();
    // A push is one request, or two where git makes it.
    const routes = ['push', 'advertise-push'];
    const opens = routes.map(route =>
      world.git.faults.always({ kind: 'hang' }, { route }),
    );
    await eventually(async () => {
      const { byRoute } = world.git.stats();
      return routes.some(route => byRoute[route] > 0) || undefined;
    }, until());
    return () => opens.forEach(open => open());
  };

  const afterPushBeforeItIsKnown: Interruption = async baseline => {
    const open = world.git.faults.always(
      { kind: 'slow', bytesPerSecond: 1 },
      { route: 'push' },
    );
    await eventually(
      async () => (await head()) !== baseline || undefined,
      until(),
    );
    return open;
  };

  it.each<[string, string, NodeJS.Signals, Interruption]>([
    ['during a step', '2.0.1', 'SIGKILL', duringAStep],
    ['between commit and push', '2.0.2', 'SIGKILL', betweenCommitAndPush],
    [
      'after the push, before it is known',
      '2.0.3',
      'SIGKILL',
      afterPushBeforeItIsKnown,
    ],
    ['by a shutdown in good order', '2.0.4', 'SIGTERM', duringAStep],
  ])(
    'goes on after a restart and commits once: %s',
    async (_, tag, signal, interrupt) => {
      const baseline = await head();
      const interrupted = interrupt(baseline);
      const asked = await promote(tag);
      const open = await interrupted;
      await portal.kill(signal);
      open();
      await start();

      const { project } = subject;
      const ended = await program.ended(project, asked.metadata.name, until());
      expect([ended.status?.phase, ended.status?.message]).toEqual([
        'Succeeded',
        undefined,
      ]);
      const commits = (await world.git.log('gitops', `${baseline}..main`)).map(
        ({ subject: text }) => text,
      );
      expect(commits).toEqual([`Promote ${tag} to test`]);
      expect(ended.status?.state).toMatchObject({
        commit: { commit: await head() },
        'step-5': { commit: await head() },
      });
      const stage = await eventually(async () => {
        const test = await program.get(`/projects/${project}/stages/test`);
        const summary = test.status?.freightSummary;
        return summary === asked.spec?.freight ? test : undefined;
      }, until());
      expect(stage.status?.lastPromotion).toMatchObject({
        name: asked.metadata.name,
      });
    },
    LIMIT_MS,
  );
});
