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
import { ApiProgram } from './ApiProgram';
import {
  aFreight,
  aGitStage,
  aProjectByHand,
  type PipelineSubject,
} from './pipelines';

const LIMIT_MS = 600_000;
const STAGES = ['test', 'uat', 'prod'];
const TAGS = ['3.0.1', '3.0.2', '3.0.3', '3.0.4'];

describe('two replicas on one PostgreSQL', () => {
  let stateDir: string;
  let postgres: Postgres;
  let world: DemoWorld;
  let doorbell: LoopbackServer;
  let replicas: Portal[] = [];
  let subject: PipelineSubject;

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'scenario-'));
    [postgres, world, doorbell] = await Promise.all([
      startPostgres(),
      startDemoWorld({ stateDir: join(stateDir, 'world') }),
      startLoopbackServer({
        route: ({ url }) => url.pathname,
        handle: async () => ({ status: 200, body: 'rung' }),
      }),
    ]);
    const start = (name: string) =>
      startPortal({
        stateDir: join(stateDir, name),
        database: { postgresUrl: postgres.url, prefix: 'scenario_' },
      });
    // One after the other, because the first creates the tables of every plugin.
    replicas = [await start('first')];
    replicas.push(await start('second'));
    subject = {
      project: 'shared',
      image: world.guestbookRepository,
      gitURL: world.gitopsURL,
    };
  }, LIMIT_MS);

  afterAll(async () => {
    await Promise.all(replicas.map(portal => portal.close()));
    await Promise.all([world?.close(), doorbell?.close()]);
    await postgres?.stop();
    await rm(stateDir, { recursive: true, force: true });
  });

  it(
    'run every promotion once, and one at a time in each Stage',
    async () => {
      const [first, second] = replicas.map(
        portal => new ApiProgram(portal.api, portal.token),
      );
      const { project } = subject;
      await first.create(aProjectByHand(subject));
      for (const stage of STAGES) {
        await second.create(
          aGitStage(
            subject,
            stage,
            '{direct: true}',
            `
      - uses: http
        config: {url: "${doorbell.url}/\${{ ctx.promotion }}"}
`,
          ),
        );
      }
      const freight: string[] = [];
      for (const tag of TAGS) {
        const [created] = await first.create(aFreight(subject, tag));
        freight.push(created.metadata.name);
      }
      // Both replicas are asked in turn, for all Stages at once.
      const asked = [];
      for (const [index, name] of freight.entries()) {
        for (const stage of STAGES) {
          const replica = [first, second][index % 2];
          asked.push(await replica.promote(project, stage, name));
        }
      }

      const signal = AbortSignal.timeout(LIMIT_MS);
      const ended = await Promise.all(
        asked.map(({ metadata }) =>
          second.ended(project, metadata.name, signal),
        ),
      );
      expect(
        ended.map(({ status }) => [status?.phase, status?.message]),
      ).toEqual(asked.map(() => ['Succeeded', undefined]));
      const rings = doorbell.stats().log.map(({ path }) => path.slice(1));
      expect(rings.sort()).toEqual(
        asked.map(({ metadata }) => metadata.name).sort(),
      );
      for (const stage of STAGES) {
        const text = await world.git.git(
          'gitops',
          ...['log', '--reverse', '--format=%s', 'main', '--'],
          `apps/guestbook/overlays/${stage}`,
        );
        expect(text.trim().split('\n').slice(1)).toEqual(
          TAGS.map(tag => `Promote ${tag} to ${stage}`),
        );
      }
    },
    LIMIT_MS,
  );

  it(
    'shows on one what was written through the other',
    async () => {
      const [first, second] = replicas.map(
        portal => new ApiProgram(portal.api, portal.token),
      );
      const watching = new AbortController();
      const stages = second.watch(
        '/projects/shared/stages?watch=true',
        watching.signal,
      );
      const seen = (async () => {
        for await (const { type, object } of stages) {
          if (type === 'ADDED' && object.metadata.name === 'late')
            return object;
        }
        throw new Error('The watch ended');
      })();
      await first.create(aGitStage(subject, 'late', '{stages: [test]}'));
      expect((await seen).metadata.name).toBe('late');
      watching.abort();
    },
    LIMIT_MS,
  );
});
