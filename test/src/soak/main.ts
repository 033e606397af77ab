import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startGitServer } from '../world/gitServer';
import { startLoopbackServer } from '../world/loopbackServer';
import { startPostgres } from '../world/postgres';
import { disturb, type Disturbed } from './disturbances';
import { judgeRun, type RunFacts } from './judgeRun';
import {
  overlayPath,
  SOAK_STAGES,
  soakManifests,
  type SoakProject,
  soakRepository,
} from './manifests';
import { seededRandom } from './random';
import { Replica } from './Replica';
import { Traffic } from './Traffic';

/** Longest wait for what is still running when the disturbances are over. */
const SETTLE_MS = 10 * 60_000;
const MEMORY_INTERVAL_MS = 15_000;
const PROJECTS = 3;
const REPOSITORY = 'gitops';

/**
 * Two replicas on one PostgreSQL promote for some minutes, while processes are killed and
 * frozen, clocks set, the database crashes and remotes fall silent. Prints figures as JSON;
 * ends with 1 when a promise was broken.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const seed = Number(values.seed);
  const random = seededRandom(seed);
  const root = await mkdtemp(join(tmpdir(), 'kargo-soak-'));
  const say = (line: string) =>
    process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  say(`seed ${seed}, state in ${root}`);
  const postgres = await startPostgres();
  const git = await startGitServer({ root: join(root, 'git') });
  const doorbell = await startLoopbackServer({
    route: ({ url }) => url.pathname.slice(1),
    handle: async () => ({ status: 200, body: 'rung' }),
  });
  const replicas: Replica[] = [];
  try {
    const projects = await prepareProjects(git, doorbell.url);
    for (const name of ['first', 'second']) {
      const stateDir = join(root, name);
      replicas.push(
        await Replica.start({ stateDir, postgresUrl: postgres.url }),
      );
    }
    const traffic = new Traffic(replicas, projects, random);
    for (const project of projects) {
      await traffic.ask(program => program.create(soakManifests(project)));
    }
    const world = { replicas, postgres, git, doorbell, random };
    const figures = await runAndJudge(world, projects, traffic, {
      runMs: Number(values.minutes) * 60_000,
      say,
    });
    process.stdout.write(
      `${JSON.stringify({ soak: { seed, ...figures } }, null, 2)}\n`,
    );
    return figures.broken.length === 0 ? 0 : 1;
  } finally {
    await Promise.all(replicas.map(replica => replica.kill('SIGKILL')));
    await Promise.all([git.close(), doorbell.close()]);
    await postgres.stop();
    if (!process.env.KARGO_SOAK_KEEP) {
      await rm(root, { recursive: true, force: true });
    }
  }
}

async function prepareProjects(
  git: Disturbed['git'],
  doorbellURL: string,
): Promise<SoakProject[]> {
  const projects = Array.from({ length: PROJECTS }, (_, index) => ({
    name: `soak-${index + 1}`,
    gitURL: git.repoURL(REPOSITORY),
    image: `registry.invalid/soak-${index + 1}`,
    doorbellURL,
  }));
  await git.createRepo(REPOSITORY, soakRepository(projects));
  return projects;
}

async function runAndJudge(
  world: Disturbed,
  projects: readonly SoakProject[],
  traffic: Traffic,
  { runMs, say }: { runMs: number; say: (line: string) => void },
) {
  const over = AbortSignal.timeout(runMs);
  const memory = watchMemory(world.replicas);
  const [disturbances] = await Promise.all([
    disturb(world, over, say),
    traffic.run(over),
  ]);
  say('calm: waiting for what is still running');
  const promotions = await traffic.results(AbortSignal.timeout(SETTLE_MS));
  const verdict = judgeRun({
    promotions,
    ...(await collectFacts(world, projects, traffic)),
  });
  return {
    minutes: runMs / 60_000,
    promotions: promotions.length,
    succeeded: promotions.filter(({ phase }) => phase === 'Succeeded').length,
    ...verdict,
    disturbances,
    slowestAnswerMs: Math.round(Math.max(0, ...traffic.answerMs)),
    residentMiB: memory.stop(),
  };
}

async function collectFacts(
  { git, doorbell }: Disturbed,
  projects: readonly SoakProject[],
  traffic: Traffic,
): Promise<Omit<RunFacts, 'promotions'>> {
  const commits: Record<string, string[]> = {};
  const lastPromotions: Record<string, string | undefined> = {};
  for (const { name } of projects) {
    for (const stage of SOAK_STAGES) {
      // Parents before children, whatever the clocks of the replicas said when they committed.
      const text = await git.git(
        REPOSITORY,
        ...['log', '--reverse', '--topo-order', '--format=%s', 'main', '--'],
        overlayPath(name, stage),
      );
      commits[`${name}/${stage}`] = text.trim().split('\n').slice(1);
      const { status } = await traffic.ask(program =>
        program.get(`/projects/${name}/stages/${stage}`),
      );
      const last = status?.lastPromotion as { name: string } | undefined;
      lastPromotions[`${name}/${stage}`] = last?.name;
    }
  }
  return { commits, lastPromotions, rings: doorbell.stats().byRoute };
}

/** Notes what the replicas need of memory now and then; `stop` tells the first and the most. */
function watchMemory(replicas: readonly Replica[]) {
  const seen: number[] = [];
  const look = async () => {
    for (const replica of replicas) {
      const mebibytes = await replica.residentMiB().catch(() => undefined);
      if (mebibytes !== undefined) seen.push(mebibytes);
    }
  };
  look();
  const timer = setInterval(look, MEMORY_INTERVAL_MS);
  return {
    stop() {
      clearInterval(timer);
      return { first: seen[0], most: Math.max(...seen) };
    },
  };
}

main().then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(2);
  },
);
