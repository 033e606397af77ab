import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from 'backstage-plugin-kargo-backend/src/testing/seededRandom';
import { parseScript } from '../world/scriptOptions';
import { anything, type Disturbances, kills } from './disturbances';
import { judgeRun, type RunFacts } from './judgeRun';
import {
  overlayPath,
  PROPOSING_STAGE,
  proposalBranch,
  SOAK_STAGES,
  soakManifests,
  type SoakProject,
  soakRepository,
  WRITING_STAGES,
} from './manifests';
import { Replica } from './Replica';
import {
  REPOSITORY,
  REPOSITORY_URL,
  type SoakWorld,
  startSoakWorld,
} from './SoakWorld';
import { Traffic } from './Traffic';

const USAGE =
  'usage: yarn soak [--minutes 20] [--seed N]\n       yarn soak --kills 50 [--minutes 60] [--seed N]';

/** Longest wait for what is still running when the disturbances are over. */
const SETTLE_MS = 10 * 60_000;
const MEMORY_INTERVAL_MS = 15_000;
const PROJECTS = 3;

/** What happens to the replicas, and for how long at most. */
interface Plan {
  readonly disturb: Disturbances;
  readonly minutes: number;
}

/**
 * Two replicas on one PostgreSQL promote for some minutes, while processes are killed and
 * frozen, clocks set, the database crashes and remotes fall silent; or, with `--kills`,
 * until one of them was killed so many times. Prints figures as JSON; ends with 1 when a
 * promise was broken.
 */
async function main(): Promise<number> {
  const { values } = parseScript(USAGE, {
    options: {
      minutes: { type: 'string' },
      kills: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const plan: Plan = values.kills
    ? {
        disturb: kills(Number(values.kills)),
        minutes: Number(values.minutes ?? 60),
      }
    : { disturb: anything, minutes: Number(values.minutes ?? 20) };
  const seed = Number(values.seed);
  const root = await mkdtemp(join(tmpdir(), 'kargo-soak-'));
  say(`seed ${seed}, state in ${root}`);
  const world = await startSoakWorld(root);
  let isKept = process.env.KARGO_SOAK_KEEP !== undefined;
  try {
    const figures = await runIn(root, world, plan, seededRandom(seed));
    process.stdout.write(
      `${JSON.stringify({ soak: { seed, ...figures } }, null, 2)}\n`,
    );
    // Whoever looks for the reason needs the logs and the database.
    isKept ||= figures.broken.length > 0;
    return figures.broken.length === 0 ? 0 : 1;
  } finally {
    await world.close();
    if (!isKept) {
      await rm(root, { recursive: true, force: true });
    }
  }
}

function say(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

/** Starts the replicas, lets the plan happen to them, and ends them. */
async function runIn(
  root: string,
  world: SoakWorld,
  plan: Plan,
  random: () => number,
) {
  const replicas: Replica[] = [];
  try {
    const projects = await prepareProjects(world);
    for (const name of ['first', 'second']) {
      replicas.push(
        await Replica.start({
          stateDir: join(root, name),
          postgresUrl: world.postgres.url,
          environment: world.environment,
        }),
      );
    }
    const traffic = new Traffic(replicas, projects, random);
    for (const project of projects) {
      await traffic.ask(program => program.create(soakManifests(project)));
    }
    const disturbances = await carryOut(
      plan,
      { ...world, replicas, random },
      traffic,
    );
    say('calm: waiting for what is still running');
    const promotions = await traffic.results(AbortSignal.timeout(SETTLE_MS));
    const verdict = judgeRun({
      promotions,
      proposals: await collectProposals(world, promotions),
      ...(await collectFacts(world, projects, traffic)),
    });
    return {
      promotions: promotions.length,
      succeeded: promotions.filter(({ phase }) => phase === 'Succeeded').length,
      pullRequests: world.github.pulls.length,
      ...verdict,
      ...disturbances,
      slowestAnswerMs: Math.round(Math.max(0, ...traffic.answerMs)),
    };
  } finally {
    await Promise.all(replicas.map(replica => replica.kill('SIGKILL')));
  }
}

async function prepareProjects({
  git,
  doorbell,
}: SoakWorld): Promise<SoakProject[]> {
  const projects = Array.from({ length: PROJECTS }, (_, index) => ({
    name: `soak-${index + 1}`,
    gitURL: REPOSITORY_URL,
    image: `registry.invalid/soak-${index + 1}`,
    doorbellURL: doorbell.url,
  }));
  await git.createRepo(REPOSITORY, soakRepository(projects));
  return projects;
}

/** Asks for Promotions for as long as the plan goes on. */
async function carryOut(
  { disturb, minutes }: Plan,
  world: Parameters<Disturbances>[0],
  traffic: Traffic,
) {
  const over = new AbortController();
  const end = () => over.abort();
  const timer = setTimeout(end, minutes * 60_000);
  const memory = watchMemory(world.replicas);
  const started = performance.now();
  const [disturbances] = await Promise.all([
    disturb(world, over.signal, say).finally(end),
    traffic.run(over.signal),
  ]);
  clearTimeout(timer);
  return {
    minutes: Math.round((performance.now() - started) / 6_000) / 10,
    disturbances,
    residentMiB: memory.stop(),
  };
}

async function collectProposals(
  { git, github }: SoakWorld,
  promotions: RunFacts['promotions'],
): Promise<RunFacts['proposals']> {
  const proposals: Record<string, RunFacts['proposals'][string]> = {};
  for (const { name, stage } of promotions) {
    if (stage !== PROPOSING_STAGE) continue;
    const branch = proposalBranch(name);
    const isThere = await git.resolve(REPOSITORY, `refs/heads/${branch}`);
    const commits = isThere ? await git.log(REPOSITORY, `main..${branch}`) : [];
    proposals[name] = {
      commits: commits.map(({ subject }) => subject).reverse(),
      pullRequests: github.pulls.filter(({ source }) => source === branch)
        .length,
    };
  }
  return proposals;
}

async function collectFacts(
  { git, doorbell }: SoakWorld,
  projects: readonly SoakProject[],
  traffic: Traffic,
): Promise<Omit<RunFacts, 'promotions' | 'proposals'>> {
  const commits: Record<string, string[]> = {};
  const lastPromotions: Record<string, string | undefined> = {};
  for (const { name } of projects) {
    for (const stage of WRITING_STAGES) {
      // Parents before children, whatever the clocks of the replicas said when they committed.
      const text = await git.git(
        REPOSITORY,
        ...['log', '--reverse', '--topo-order', '--format=%s', 'main', '--'],
        overlayPath(name, stage),
      );
      commits[`${name}/${stage}`] = text.trim().split('\n').slice(1);
    }
    for (const stage of SOAK_STAGES) {
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
