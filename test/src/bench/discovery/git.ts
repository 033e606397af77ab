import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitProgram } from 'backstage-plugin-kargo-backend/src/adapters/git/process/gitEnvironment';
import { GitMirrors } from 'backstage-plugin-kargo-backend/src/adapters/git/mirrors/GitMirrors';
import { SmartHttp } from 'backstage-plugin-kargo-backend/src/adapters/git/smart-http/SmartHttp';
import { UndiciHttpClient } from 'backstage-plugin-kargo-backend/src/adapters/http/UndiciHttpClient';
import { SystemClock } from 'backstage-plugin-kargo-backend/src/adapters/system/SystemClock';
import { createGitSubscription } from 'backstage-plugin-kargo-backend/src/builtins/subscriptions/git/subscription';
import type { HttpClient } from 'backstage-plugin-kargo-backend/src/ports/HttpClient';
import { compileCommitFilter } from 'backstage-plugin-kargo-backend/src/expressions/commitFilter';
import type { GitDiscoveryResult } from 'backstage-plugin-kargo-common';
import { type GitServer, startGitServer } from '../../world/gitServer';

const COMMITS = 50_000;
const MATCH_EVERY = 500;
const WAREHOUSES = 50;
const DIRECTORIES = 200;
const REF_LISTS = 100;
const START = Date.parse('2020-01-01T00:00:00Z') / 1000;

/** One figure of the benchmark. */
interface Measurement {
  readonly milliseconds: number;
  readonly requests: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly commitsFound: number;
}

/** Configuration of a subscription, without the repository. */
type Options = Readonly<Record<string, unknown>>;

/**
 * Measures discovery in a git repository with a long history, over smart HTTP on this
 * machine.
 *
 * @remarks
 * Targets: history is read once and afterwards only what is new; all Warehouses of a
 * repository share one list of refs and one fetch after a push. For comparison, one git
 * process per commit takes about 3 ms each, and a fresh clone for each of 57 Warehouses
 * has been reported to take 90 seconds per push.
 */
export async function runGitBench(): Promise<object> {
  const root = await mkdtemp(join(tmpdir(), 'kargo-git-bench-'));
  const server = await startGitServer({ root: join(root, 'repos') });
  const http = UndiciHttpClient.create({ egress: { allowLoopback: true } });
  const discoveryIn = (folder: string) =>
    createDiscovery(openMirrors(join(root, folder), http), server);
  try {
    await createHistory(server);
    return {
      history: {
        commits: COMMITS,
        matching: COMMITS / MATCH_EVERY,
        directories: DIRECTORIES,
      },
      pathFilter: await measurePathFilter(server, discoveryIn('cache-1')),
      sharedRepository: await measureSharing(server, discoveryIn('cache-2')),
      refs: {
        overHttp: await measureRefs(
          server,
          openMirrors(join(root, 'cache-3'), http),
        ),
        byGit: await measureRefs(server, openMirrors(join(root, 'cache-4'))),
      },
    };
  } finally {
    await http.close();
    await server.close();
    await rm(root, { recursive: true, force: true });
  }
}

async function createHistory(server: GitServer): Promise<void> {
  await server.createRepo('mono');
  await server.importCommits('mono', listCommits(0, COMMITS));
  await server.git('mono', 'gc', '--quiet');
}

function* listCommits(from: number, to: number) {
  for (let i = from; i < to; i++) {
    const directory = `services/s${i % DIRECTORIES}`;
    const path =
      i % MATCH_EVERY === 0
        ? 'apps/rare/values.yaml'
        : `${directory}/f${i % 7}`;
    yield {
      branch: 'main',
      message: `Change ${i}`,
      files: { [path]: `${i}\n` },
      date: START + i * 60,
    };
  }
}

async function measurePathFilter(server: GitServer, discover: Discover) {
  // As many as there are, so that the walk has to read to the root.
  const options = {
    includePaths: ['apps/rare'],
    discoveryLimit: COMMITS / MATCH_EVERY,
  };
  const first = await measure(server, () => discover(options));
  const warm = await measure(server, () => discover(options));
  const globs = await measure(server, () =>
    discover({ ...options, includePaths: ['glob:apps/rare/**'] }),
  );
  const unchanged = await measure(server, () =>
    discover(options, first.results[0]),
  );
  await server.importCommits('mono', listCommits(COMMITS, COMMITS + 10));
  const afterPush = await measure(server, () =>
    discover(options, first.results[0]),
  );
  return {
    'first pass': {
      ...first.measurement,
      target: 'history transferred once, without file contents',
    },
    'whole history again, mirror present': warm.measurement,
    'whole history again, glob selector': globs.measurement,
    'nothing changed': {
      ...unchanged.measurement,
      target: 'one list of refs',
    },
    'after 10 new commits': {
      ...afterPush.measurement,
      target: 'one list of refs, one fetch, 10 commits read',
    },
  };
}

async function measureSharing(server: GitServer, discover: Discover) {
  const optionsOf = (i: number) => ({ includePaths: [`services/s${i}`] });
  const everyWarehouse = (previous?: readonly GitDiscoveryResult[]) =>
    Promise.all(
      Array.from({ length: WAREHOUSES }, (_, i) =>
        discover(optionsOf(i), previous?.[i]),
      ),
    );
  const first = await measure(server, () => everyWarehouse());
  await server.importCommits('mono', listCommits(COMMITS + 10, COMMITS + 11));
  const afterPush = await measure(server, () => everyWarehouse(first.results));
  return {
    warehouses: WAREHOUSES,
    'first pass': first.measurement,
    'after one push': {
      ...afterPush.measurement,
      target: 'one list of refs and one fetch for all',
    },
  };
}

type Discover = (
  options: Options,
  previous?: GitDiscoveryResult,
) => Promise<GitDiscoveryResult>;

/** What a repository is asked when nothing has changed, one question after the other. */
async function measureRefs(server: GitServer, mirrors: GitMirrors) {
  const ask = () =>
    mirrors.listRefs(
      { url: server.repoURL('mono') },
      { withHead: true, force: true },
    );
  await ask();
  server.resetStats();
  const start = performance.now();
  for (let n = 0; n < REF_LISTS; n++) await ask();
  const { byRoute } = server.stats();
  return {
    lists: REF_LISTS,
    millisecondsEach: (performance.now() - start) / REF_LISTS,
    requests: byRoute,
  };
}

function openMirrors(cacheDir: string, http?: HttpClient): GitMirrors {
  const program = createGitProgram();
  return GitMirrors.create({
    program,
    cacheDir,
    clock: SystemClock.create(),
    ...(http && { smartHttp: SmartHttp.create({ http, program }) }),
    // Only discoveries that overlap share a list.
    refsMaxAgeMs: 0,
  });
}

function createDiscovery(mirrors: GitMirrors, server: GitServer): Discover {
  const subscription = createGitSubscription({
    history: mirrors,
    compileFilter: compileCommitFilter,
  });
  return async (options, previous) => {
    const config = subscription.config.parse({
      repoURL: server.repoURL('mono'),
      ...options,
    });
    const { discovery } = await subscription.discover(
      config,
      previous && { result: { kind: 'git', result: previous } },
      {
        project: 'bench',
        credentials: { find: async () => undefined },
        signal: new AbortController().signal,
        logger: silentLogger(),
        now: () => Date.now(),
        force: false,
      },
    );
    if (discovery.kind !== 'git') throw new Error('not a git discovery');
    return discovery.result;
  };
}

function silentLogger() {
  const ignore = () => {};
  const logger = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: ignore,
    child: () => logger,
  };
  return logger;
}

async function measure(
  server: GitServer,
  work: () => Promise<GitDiscoveryResult | GitDiscoveryResult[]>,
): Promise<{ results: GitDiscoveryResult[]; measurement: Measurement }> {
  server.resetStats();
  const start = performance.now();
  const results = [await work()].flat();
  const milliseconds = Math.round(performance.now() - start);
  const { byRoute, log } = server.stats();
  return {
    results,
    measurement: {
      milliseconds,
      requests: byRoute,
      bytes: log.reduce((sum, { bytes }) => sum + bytes, 0),
      commitsFound: results.reduce((sum, r) => sum + r.commits.length, 0),
    },
  };
}
