import { execFile } from 'node:child_process';
import {
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../world/paths';

const run = promisify(execFile);
const BENCH = join('test', 'src', 'bench');
/** What every benchmark is started with. */
const ENTRY = [
  'main.ts',
  'against.ts',
  'turns.ts',
  join('..', 'world', 'scriptOptions.ts'),
];

/**
 * Runs a benchmark on another commit: its code, its adapter to the engine, and the
 * measuring files of this tree, so that both are asked the same.
 *
 * @param measuring - files below `test/src/bench` that only measure, and replace the commit's
 * @param environment - variables beside those of this process
 * @returns what the benchmark printed, parsed
 */
export async function runAgainst(
  commit: string,
  name: string,
  measuring: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'kargo-bench-against-'));
  const tree = join(folder, 'tree');
  await git('worktree', 'add', '--quiet', '--detach', tree, commit);
  try {
    await linkModules(tree);
    for (const file of [...ENTRY, ...measuring]) {
      await cp(join(repositoryRoot, BENCH, file), join(tree, BENCH, file), {
        recursive: true,
      });
    }
    const { stdout } = await run(
      process.execPath,
      [join(tree, 'scripts', 'run.mjs'), join(BENCH, 'main.ts'), name],
      {
        cwd: tree,
        maxBuffer: 64 << 20,
        env: { ...process.env, ...environment },
      },
    );
    return JSON.parse(stdout)[name];
  } finally {
    await git('worktree', 'remove', '--force', tree);
    await rm(folder, { recursive: true, force: true });
  }
}

async function git(...args: string[]): Promise<void> {
  await run('git', ['-C', repositoryRoot, ...args]);
}

/**
 * Gives the tree the installed packages of this one. Links to packages of the repository
 * itself are relative, and made anew so that they lead to the tree's own. Files are not
 * linked: the list of plugins that a build writes there would be this tree's.
 */
async function linkModules(tree: string): Promise<void> {
  for (const folder of await moduleFolders()) {
    const from = join(repositoryRoot, folder);
    const to = join(tree, folder);
    await mkdir(to, { recursive: true });
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const source = join(from, entry.name);
      if (entry.isSymbolicLink()) {
        await cp(source, join(to, entry.name), { verbatimSymlinks: true });
      } else if (entry.isDirectory()) {
        await symlink(source, join(to, entry.name));
      }
    }
  }
}

/** `node_modules` of the root and of every package, relative to the root. */
async function moduleFolders(): Promise<string[]> {
  const { stdout } = await run('git', [
    ...['-C', repositoryRoot, 'ls-files', '*package.json'],
  ]);
  const folders = stdout
    .trim()
    .split('\n')
    .map(file => join(relative('.', file), '..', 'node_modules'));
  const present = await Promise.all(
    folders.map(folder =>
      lstat(join(repositoryRoot, folder)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return folders.filter((_, index) => present[index]);
}

/** Every pair of numbers at the same place of two reports as `this ÷ that`, rounded. */
export function ratios(ours: unknown, theirs: unknown): unknown {
  if (typeof ours === 'number' && typeof theirs === 'number') {
    return theirs === 0 ? null : Math.round((ours / theirs) * 100) / 100;
  }
  if (isObject(ours) && isObject(theirs)) {
    return Object.fromEntries(
      Object.keys(ours)
        .filter(key => key in theirs)
        .map(key => [key, ratios(ours[key], theirs[key])]),
    );
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
