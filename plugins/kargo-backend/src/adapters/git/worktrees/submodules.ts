import { InputError } from '@backstage/errors';
import path from 'node:path';
import { CloneGit, FindGit } from './gitOfTree';

/** How many submodules a checkout has at most, those of submodules and so on among them. */
const MAX_SUBMODULES = 100;
/** Submodules inside one another. */
const MAX_DEPTH = 8;
/** Submodules that one `.gitmodules` names, be they there or not: git is asked for all of them in one call. */
const MAX_DECLARED = 1000;

/** A submodule that the checked-out commit has. */
interface Submodule {
  readonly name: string;
  /** Relative to the checkout that it is a submodule of. */
  readonly path: string;
}

/** The submodules of one checkout, counted together. */
class SubmoduleUpdate {
  #count = 0;

  constructor(
    private readonly root: string,
    private readonly inTree: FindGit,
  ) {}

  /** @param folder - relative to the checkout; empty for itself */
  async updateBelow(folder: string, depth: number): Promise<void> {
    const git = await this.inTree(path.join(this.root, folder));
    // With `update = none` nothing is there.
    if (git === undefined) {
      return;
    }
    const submodules = await findSubmodules(git, folder);
    this.#count += submodules.length;
    assertFew(submodules, folder, { count: this.#count, depth });
    if (submodules.length > 0) {
      await git.run({ args: ['submodule', '--quiet', 'init'] });
    }
    for (const submodule of submodules) {
      await update(git, submodule);
      await this.updateBelow(path.join(folder, submodule.path), depth + 1);
    }
  }
}

/**
 * Checks out the submodules of a checkout, and theirs, as far as `inTree` says how to call
 * git inside of them.
 *
 * @remarks
 * One by one instead of by `--recursive`: who writes `.gitmodules` chooses the URLs, and
 * each has to be judged before git goes there. They choose how many there are, too: a
 * repository that is its own submodule twice has twice as many on each level.
 *
 * @throws InputError that names the first one that is too many or too deep; it is not asked for.
 */
export async function updateSubmodules(
  dir: string,
  inTree: FindGit,
): Promise<void> {
  await new SubmoduleUpdate(dir, inTree).updateBelow('', 1);
}

/** @param count - of the whole checkout, these included */
function assertFew(
  submodules: readonly Submodule[],
  folder: string,
  { count, depth }: { count: number; depth: number },
): void {
  const nameOf = (index: number) => path.join(folder, submodules[index].path);
  if (submodules.length > 0 && depth > MAX_DEPTH) {
    throw new InputError(
      `the submodule "${nameOf(
        0,
      )}" is nested deeper than ${MAX_DEPTH} levels; bring the repository without submodules, or with fewer`,
    );
  }
  const excess = count - MAX_SUBMODULES;
  if (excess > 0) {
    throw new InputError(
      `there are more than ${MAX_SUBMODULES} submodules, the next one is "${nameOf(
        submodules.length - excess,
      )}"; bring the repository without submodules, or with fewer`,
    );
  }
}

async function update(git: CloneGit, submodule: Submodule): Promise<void> {
  const url = await git.find(
    'config',
    '--get',
    `submodule.${submodule.name}.url`,
  );
  if (url === undefined) {
    return;
  }
  await git.run({
    args: ['submodule', '--quiet', 'update', '--', submodule.path],
    env: { GIT_LITERAL_PATHSPECS: '1' },
    isRemote: true,
    submoduleURL: url,
  });
}

/** What is declared, and there: a commit keeps the declarations of what was removed. */
async function findSubmodules(
  git: CloneGit,
  folder: string,
): Promise<Submodule[]> {
  const declared = await readPaths(git);
  if (declared.size === 0) {
    return [];
  }
  if (declared.size > MAX_DECLARED) {
    throw new InputError(
      `"${path.join(
        folder,
        '.gitmodules',
      )}" names more than ${MAX_DECLARED} submodules; remove those that are not there any more, or bring the repository without submodules`,
    );
  }
  const present = await readGitlinks(git, [...declared.values()]);
  return [...declared].flatMap(([name, place]) =>
    present.has(place) ? [{ name, path: place }] : [],
  );
}

/** Paths by name, from the commit and not from a file that could be a link. */
async function readPaths(git: CloneGit): Promise<Map<string, string>> {
  const listed = await git.find(
    'config',
    '--blob=HEAD:.gitmodules',
    '--null',
    '--get-regexp',
    String.raw`^submodule\..*\.path$`,
  );
  const entries = (listed ?? '').split('\0').filter(entry => entry !== '');
  return new Map(
    entries.map((entry): [string, string] => {
      const [key, ...value] = entry.split('\n');
      const name = key.slice('submodule.'.length, -'.path'.length);
      return [name, value.join('\n')];
    }),
  );
}

async function readGitlinks(
  git: CloneGit,
  paths: readonly string[],
): Promise<Set<string>> {
  const { stdout } = await git.run({
    args: ['ls-files', '--stage', '-z', '--', ...paths],
    env: { GIT_LITERAL_PATHSPECS: '1' },
  });
  return new Set(
    stdout
      .split('\0')
      .filter(entry => entry.startsWith('160000 '))
      .map(entry => entry.slice(entry.indexOf('\t') + 1)),
  );
}
