// Brings what a machine with only git, Node 20 and npm lacks: the Node and the
// Yarn this repository wants, and its dependencies. Uses nothing but Node itself.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Majors of Node that Backstage runs on. */
const supportedMajors = [22, 24];

/**
 * Returns when this process runs under a supported Node with Yarn on its PATH
 * (unless the script needs none); otherwise runs the script again that way and
 * ends with its exit code.
 */
export async function continueWithToolchain(script, { needsYarn = true } = {}) {
  const major = Number(process.versions.node.split('.')[0]);
  if (supportedMajors.includes(major) && (!needsYarn || hasYarn())) return;
  if (process.env.KARGO_TOOLCHAIN) {
    throw new Error('the toolchain from npm has no usable Node and Yarn');
  }
  const { node, path } = fetchToolchain();
  process.exit(
    await runInForeground(node, [script, ...process.argv.slice(2)], {
      cwd: process.cwd(),
      env: { ...process.env, PATH: path, KARGO_TOOLCHAIN: '1' },
    }),
  );
}

function wantedYarn() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return manifest.packageManager.replace(/^yarn@/, '');
}

function hasYarn() {
  const { status, stdout } = spawnSync('yarn', ['--version'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' },
  });
  return status === 0 && stdout.trim() === wantedYarn();
}

/**
 * Lets npx bring Node and Yarn into its cache, and returns where they are. What npx
 * brought once is used again without asking it, which takes it 20 seconds.
 */
function fetchToolchain() {
  const node = readFileSync(join(root, '.nvmrc'), 'utf8').trim();
  const packages = [`node@${node}`, `@yarnpkg/cli-dist@${wantedYarn()}`];
  const known = readKnownToolchain(packages);
  if (known) return known;
  process.stdout.write(`Bringing ${packages.join(' and ')} with npx…\n`);
  const { status, stdout } = spawnSync(
    'npx',
    [
      '--yes',
      ...packages.flatMap(name => ['--package', name]),
      '--call',
      'node -p "process.execPath + String.fromCharCode(10) + process.env.PATH"',
    ],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [execPath, path] = (stdout ?? '').trim().split('\n');
  if (status !== 0 || !path) {
    process.stderr.write('npx could not bring the toolchain.\n');
    process.exit(1);
  }
  writeFileSync(toolchainFile(), JSON.stringify({ packages, execPath, path }));
  return { node: execPath, path };
}

function toolchainFile() {
  return join(cacheFolder('toolchain'), 'known.json');
}

/** What npx brought earlier, while it is still in its cache. */
function readKnownToolchain(packages) {
  try {
    const known = JSON.parse(readFileSync(toolchainFile(), 'utf8'));
    const isWanted = known.packages.join() === packages.join();
    const folders = known.path.split(delimiter);
    const hasTools =
      existsSync(known.execPath) &&
      folders.some(folder => existsSync(join(folder, 'yarn')));
    return isWanted && hasTools
      ? { node: known.execPath, path: withOwnPath(known.path) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The folders that npx put in front, before those of this terminal. */
function withOwnPath(path) {
  const own = (process.env.PATH ?? '').split(delimiter);
  const brought = path.split(delimiter).filter(folder => !own.includes(folder));
  return [...brought, ...own].join(delimiter);
}

/** Runs a command with this terminal and returns its exit code; passes signals on. */
export function runInForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: 'inherit',
      ...options,
      env: {
        ...(options.env ?? process.env),
        KARGO_STARTED_BY: String(process.pid),
      },
    });
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    const forward = signal => child.kill(signal);
    signals.forEach(signal => process.on(signal, forward));
    // Whoever started this may be killed without a chance to pass it on.
    const starters = findStarters();
    const watch = setInterval(() => {
      if (!starters.every(isAlive)) child.kill('SIGTERM');
    }, 1000);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(watch);
      signals.forEach(name => process.off(name, forward));
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/**
 * The processes whose end ends this one: the script of ours that started it, or
 * else npm (or yarn) and the shell in between. None when a person started it.
 */
function findStarters() {
  if (process.env.KARGO_STARTED_BY === String(process.ppid)) {
    return [process.ppid];
  }
  const starters = [];
  for (let pid = process.ppid; pid > 1 && starters.length < 3; ) {
    starters.push(pid);
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (/\b(npm|yarn)\b/.test(command)) return starters;
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      pid = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
    } catch {
      // No such folder on this system: nothing to watch.
      return [];
    }
  }
  return [];
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a command without its output, which is returned, but says every now and then
 * that it still goes on, and with what.
 *
 * @param findStep - finds in the output what the command does now
 */
function runWithProgress(command, args, findStep = () => undefined) {
  const startedAt = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks = [];
    const output = () => Buffer.concat(chunks).toString('utf8');
    child.stdout.on('data', chunk => chunks.push(chunk));
    const clock = setInterval(() => {
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      const step = findStep(output());
      process.stdout.write(`  ${seconds} s${step ? `: ${step}` : ''}…\n`);
    }, 10_000);
    child.once('error', reject);
    child.once('close', status => {
      clearInterval(clock);
      resolve({ status, stdout: output() });
    });
  });
}

/** The step that Yarn announced last, such as "Fetch step". */
function findYarnStep(output) {
  return [...output.matchAll(/┌ (.+)/g)].at(-1)?.[1];
}

/** Installs the dependencies unless those of this lock file are installed already. */
export async function installDependencies() {
  const marker = join(root, 'node_modules', '.kargo-install');
  const wanted = hashOf(['yarn.lock', 'package.json', ...workspaceManifests()]);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  process.stdout.write(
    'Installing dependencies, which takes a minute or two…\n',
  );
  const { status, stdout } = await runWithProgress(
    'yarn',
    ['install', '--immutable'],
    findYarnStep,
  );
  if (status !== 0) {
    process.stderr.write(`${stdout.slice(-6000)}\nyarn install failed.\n`);
    process.exit(1);
  }
  writeFileSync(marker, wanted);
}

function workspaceManifests() {
  return ['packages', 'plugins']
    .flatMap(folder =>
      readdirSync(join(root, folder)).map(name =>
        join(folder, name, 'package.json'),
      ),
    )
    .concat(join('test', 'package.json'))
    .filter(path => existsSync(join(root, path)));
}

/**
 * Builds the demo's frontend unless the built one comes from the same sources;
 * returns whether there is one now.
 */
export async function buildApp() {
  const marker = join(root, 'packages', 'app', 'dist', '.sources');
  const wanted = hashOf(
    [
      'yarn.lock',
      'app-config.yaml',
      'packages/app/package.json',
      'packages/app/public',
      'packages/app/src',
      'packages/expr-lang/src',
      'plugins/kargo-common/src',
      'plugins/kargo/package.json',
      'plugins/kargo/src',
    ].flatMap(listFiles),
  );
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) {
    return true;
  }
  process.stdout.write('Building the frontend, which takes about a minute…\n');
  const { status, stdout } = await runWithProgress('yarn', [
    'workspace',
    'app',
    'build',
  ]);
  if (status !== 0) {
    process.stderr.write(`${stdout.slice(-6000)}\nThe build failed.\n`);
    return false;
  }
  writeFileSync(marker, wanted);
  return true;
}

/** Files below a path, without those that only tests read. */
function listFiles(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  const entries = (() => {
    try {
      return readdirSync(full, { recursive: true, withFileTypes: true });
    } catch {
      // A file, not a folder.
      return undefined;
    }
  })();
  if (!entries) return [path];
  return entries
    .filter(entry => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map(entry =>
      join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1),
    )
    .sort();
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash.update(`${path}\0`);
    hash.update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

/** The arguments with which Node runs a TypeScript file of this repository. */
export function typescriptArguments(entry) {
  const transform = join(
    root,
    'node_modules/@backstage/cli/config/nodeTransform.cjs',
  );
  return ['--enable-source-maps', '--require', transform, join(root, entry)];
}

/** A folder for results of this run, ignored by git. */
export function cacheFolder(name) {
  const folder = join(root, '.cache', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
