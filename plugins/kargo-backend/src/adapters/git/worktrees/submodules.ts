import path from 'node:path';
import { CloneGit, FindGit } from './gitOfTree';

/** A submodule that the checked-out commit has. */
interface Submodule {
  /** Relative to the checkout. */
  readonly path: string;
  readonly url: string;
}

/**
 * Checks out the submodules of a checkout, and theirs, as far as `inTree` says how to call
 * git inside of them.
 *
 * @remarks
 * One by one instead of by `--recursive`: who writes `.gitmodules` chooses the URLs, and
 * each has to be judged before git goes there.
 */
export async function updateSubmodules(
  dir: string,
  inTree: FindGit,
): Promise<void> {
  const git = await inTree(dir);
  // With `update = none` nothing is there.
  if (git === undefined) {
    return;
  }
  for (const submodule of await initSubmodules(git)) {
    await git.run({
      args: ['submodule', '--quiet', 'update', '--', submodule.path],
      env: { GIT_LITERAL_PATHSPECS: '1' },
      isRemote: true,
      submoduleURL: submodule.url,
    });
    await updateSubmodules(path.join(dir, submodule.path), inTree);
  }
}

async function initSubmodules(git: CloneGit): Promise<Submodule[]> {
  const declared = await readPaths(git);
  if (declared.size === 0) {
    return [];
  }
  const present = await readGitlinks(git, [...declared.values()]);
  if (present.size > 0) {
    await git.run({ args: ['submodule', '--quiet', 'init'] });
  }
  const found: Submodule[] = [];
  for (const [name, folder] of declared) {
    const url = present.has(folder)
      ? await git.find('config', '--get', `submodule.${name}.url`)
      : undefined;
    if (url !== undefined) {
      found.push({ path: folder, url });
    }
  }
  return found;
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
