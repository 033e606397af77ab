// `npm test`: every check of the repository, also when an early one fails. The
// last line says `N passed, N failed`.
// `yarn test ARGUMENTS…` only runs the unit tests the arguments select.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  buildApp,
  cacheFolder,
  continueWithToolchain,
  installDependencies,
  root,
  runInForeground,
  typescriptArguments,
} from './toolchain.mjs';

/** Longest a group of tests may take before it is stopped and counts as failed. */
const groupTimeout = 80 * 60 * 1000;

/** One more than there are processors: each waits for git, a database or a portal at times. */
const workers = Math.min(availableParallelism(), 7) + 1;

/** How many sequences run beside the model of the rules: on SQLite, and on PostgreSQL. */
const [sqliteSequences, postgresSequences] = (
  process.env.KARGO_TEST_SEQUENCES ?? '180,40'
).split(',');

const args = process.argv.slice(2);
await continueWithToolchain(fileURLToPath(import.meta.url));
await installDependencies();
if (args.length > 0) {
  process.exit(
    await runInForeground('yarn', ['backstage-cli', 'repo', 'test', ...args]),
  );
}

const total = { passed: 0, failed: 0 };
const failures = [];
const results = cacheFolder('test-results');

function count(name, passed, failed) {
  total.passed += passed;
  total.failed += failed;
  if (failed > 0) failures.push(name);
}

function title(name) {
  process.stdout.write(
    `\n── ${name} ${'─'.repeat(Math.max(2, 66 - name.length))}\n`,
  );
}

/**
 * A check that is one command: it passes when the command ends well. With `isTold` the last
 * line of what it says is shown also then.
 */
async function check(
  name,
  command,
  commandArgs,
  { environment = {}, isTold = false } = {},
) {
  const started = Date.now();
  const child = spawn(command, commandArgs, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FORCE_COLOR: '0', ...environment },
  });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', data => output.push(data));
  }
  const [status] = await once(child, 'close');
  const seconds = Math.round((Date.now() - started) / 1000);
  title(name);
  const text = Buffer.concat(output).toString();
  if (status !== 0) {
    process.stdout.write(text.slice(-20_000));
  } else if (isTold) {
    process.stdout.write(`${text.trim().split('\n').at(-1)}\n`);
  }
  process.stdout.write(
    `${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s\n`,
  );
  count(name, status === 0 ? 1 : 0, status === 0 ? 0 : 1);
  return status === 0;
}

/** A group of Jest tests: every test counts, and every file that did not run. */
async function runTests(name, jestArgs, environment) {
  title(name);
  const file = join(results, `${name.replaceAll(/\W+/g, '-')}.json`);
  rmSync(file, { force: true });
  const child = spawn(
    'yarn',
    [
      ...['backstage-cli', 'repo', 'test', '--watchAll=false'],
      ...['--json', `--outputFile=${file}`, ...jestArgs],
    ],
    {
      cwd: root,
      // Its report goes to stderr; what goes to stdout is the JSON once more.
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, CI: '1', FORCE_COLOR: '0', ...environment },
      detached: true,
    },
  );
  const stop = signal => () => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group is gone already.
    }
  };
  const timer = setTimeout(stop('SIGKILL'), groupTimeout);
  process.once('exit', stop('SIGKILL'));
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  const report = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : undefined;
  if (!report) {
    process.stdout.write(`FAILED: no test report (exit code ${code})\n`);
    count(name, 0, 1);
    return [];
  }
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const isUnexplained = code !== 0 && failed === 0;
  count(name, report.numPassedTests, failed + (isUnexplained ? 1 : 0));
  process.stdout.write(
    `${report.numPassedTests} passed, ${failed} failed, ` +
      `${report.numPendingTests} skipped (exit code ${code})\n`,
  );
  return report.testResults.flatMap(suite =>
    suite.assertionResults.filter(test => test.status === 'passed'),
  );
}

/** Starts PostgreSQL in a process that ends with this one. */
async function startPostgres() {
  title('PostgreSQL');
  const child = spawn(
    process.execPath,
    typescriptArguments('test/src/world/cli/postgres.ts'),
    { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const url = await Promise.race([
    once(child.stdout, 'data').then(([data]) => data.toString().trim()),
    once(child, 'close').then(() => undefined),
  ]);
  process.stdout.write(url ? 'started\n' : 'FAILED to start\n');
  return {
    url,
    async stop() {
      if (!url) return;
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
    },
  };
}

['SIGINT', 'SIGTERM', 'SIGHUP'].forEach(signal =>
  process.once(signal, () => process.exit(130)),
);

// What did not change since it passed is not looked at again.
async function checkSources() {
  await check('Formatting', 'yarn', [
    ...['prettier:check', '--cache'],
    ...['--cache-location', join(cacheFolder('prettier'), 'checked')],
  ]);
  await check('Lint', 'yarn', [
    ...['lint', '--successCache'],
    ...['--successCacheDir', cacheFolder('lint')],
  ]);
  await check('Import cycles', 'yarn', ['cycles']);
  await check('Configuration schema', 'yarn', [
    ...['backstage-cli', 'config:check', '--strict'],
    ...['--config', 'app-config.yaml'],
  ]);
}

async function checkBuild() {
  const started = Date.now();
  const isBuilt = await buildApp();
  title('Frontend build');
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(`${isBuilt ? 'passed' : 'FAILED'} in ${seconds} s\n`);
  count('Frontend build', isBuilt ? 1 : 0, isBuilt ? 0 : 1);
}

async function checkTypes() {
  const isTyped = await check('Types', 'yarn', ['tsc']);
  await checkBuild();
  return isTyped;
}

// The types and the build take one processor for as long as the others take another.
const [isTyped] = await Promise.all([checkTypes(), checkSources()]);

const postgres = await startPostgres();
const environment = {
  BACKSTAGE_TEST_DISABLE_DOCKER: '1',
  // Whoever packs packages need not write their declarations again.
  ...(isTyped && { KARGO_TEST_DECLARATIONS: '1' }),
  ...(postgres.url && {
    BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING: postgres.url,
  }),
};
await check(
  'Sequences beside the model of the rules',
  process.execPath,
  [
    ...typescriptArguments('test/src/randomized/main.ts'),
    ...['--sqlite', sqliteSequences, '--postgres', postgresSequences],
    ...['--workers', String(workers)],
  ],
  { environment, isTold: true },
);
const tests = await runTests(
  'Tests',
  [
    ...[`--testSequencer=${join(root, 'scripts', 'testOrder.cjs')}`],
    // Jest restarts a worker that has grown, which then reads and compiles all anew.
    ...[`--maxWorkers=${workers}`, '--workerIdleMemoryLimit=1500M'],
    ...[`--cacheDirectory=${cacheFolder('jest')}`],
  ],
  environment,
);
await postgres.stop();

title('Real counterparts');
const onPostgres = tests.filter(test => /POSTGRES_18/.test(test.fullName));
process.stdout.write(`PostgreSQL 18: ${onPostgres.length} tests passed\n`);
const isProved = onPostgres.length > 0;
count('PostgreSQL', isProved ? 1 : 0, isProved ? 0 : 1);
const onRegistry = tests.filter(test => /docker-registry/.test(test.fullName));
process.stdout.write(
  onRegistry.length > 0
    ? `docker-registry: ${onRegistry.length} tests passed\n`
    : 'docker-registry: not on PATH, its tests were skipped\n',
);

if (failures.length > 0) {
  process.stdout.write(`\nFailed: ${failures.join(', ')}\n`);
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exit(total.failed > 0 ? 1 : 0);
