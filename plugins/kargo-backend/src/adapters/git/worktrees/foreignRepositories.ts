import { InputError } from '@backstage/errors';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { clonesFolder, readGitDir } from './location';

const MAX_CONCURRENT = 32;

/** Git data of a checkout or of a submodule, relative to the folder of all clones. */
const MADE_BY_US =
  /^[0-9a-f]{12}\/repo\/(?:worktrees\/[^/]+|modules\/.+|worktrees\/[^/]+\/modules\/.+)$/;

/**
 * Refuses a checkout in which a folder is a repository that the engine did not make.
 *
 * @remarks
 * Git enters such a folder to see what has changed in it, and does there what the
 * folder's own configuration says. Checkouts and submodules of git-clone steps are
 * repositories too: theirs lead to git data that no step can write.
 *
 * @param root - of the checkout
 * @throws InputError that names the folder
 */
export async function refuseForeignRepositories(
  workDir: string,
  root: string,
): Promise<void> {
  const clones = await localFiles.realPath(clonesFolder(workDir));
  await visitRepositories(root, async file => {
    if (!(await isOurs(clones, file))) {
      throw foreign(path.relative(root, path.dirname(file)));
    }
  });
}

/** Makes a checkout a folder of files: neither it nor what is in it is a repository any more. */
export async function forgetRepositories(root: string): Promise<void> {
  await visitRepositories(root, file =>
    rm(file, { recursive: true, force: true }),
  );
}

/** Visits each `.git`, file or folder, at the top of a folder and below. */
async function visitRepositories(
  root: string,
  visit: (file: string) => Promise<void>,
): Promise<void> {
  let pending = [root];
  while (pending.length > 0) {
    // Side by side, because a large repository has thousands of folders.
    const next = pending.splice(0, MAX_CONCURRENT);
    const below = await Promise.all(next.map(dir => look(dir, visit)));
    pending = pending.concat(...below);
  }
}

/** Looks into one folder and returns those in it. */
async function look(
  dir: string,
  visit: (file: string) => Promise<void>,
): Promise<string[]> {
  const folders: string[] = [];
  for (const entry of await localFiles.readEntries(dir)) {
    const found = path.join(dir, entry.name);
    // Some file systems take `.GIT` for the same name.
    if (entry.name.toLowerCase() === '.git') {
      await visit(found);
    } else if (entry.isDirectory()) {
      folders.push(found);
    }
  }
  return folders;
}

async function isOurs(clones: string, file: string): Promise<boolean> {
  const gitDir = await readGitDir(file);
  return gitDir !== undefined && MADE_BY_US.test(path.relative(clones, gitDir));
}

function foreign(folder: string): InputError {
  return new InputError(
    `"${
      folder || '.'
    }" in the checkout is a git repository that no git-clone step made, and git would follow its settings; remove its ".git" before, or leave the folder out`,
  );
}
