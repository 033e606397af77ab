import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';

/** What a checkout is of. */
export type Ref =
  | { branch: string; commit?: undefined }
  | { branch?: undefined; commit: string };

/**
 * Enters a checkout in the records of a bare clone, as `git worktree add` does before it
 * checks out files (gitrepository-layout(5)).
 *
 * @param dir - its parent is there
 * @returns its administrative folder; `undefined`, and nothing is done, when there is
 * something in the folder or the branch is checked out elsewhere
 */
export async function recordWorktree(
  repository: string,
  dir: string,
  ref: Ref,
): Promise<string | undefined> {
  const records = path.join(await localFiles.realPath(repository), 'worktrees');
  const names = await localFiles.readNames(records).catch(() => []);
  const head =
    ref.branch === undefined ? ref.commit : `ref: refs/heads/${ref.branch}`;
  const heads = await Promise.all(
    names.map(name =>
      localFiles.readText(path.join(records, name, 'HEAD')).catch(() => ''),
    ),
  );
  const isTaken =
    ref.branch !== undefined && heads.some(text => text.trimEnd() === head);
  if (isTaken || !(await isFree(dir))) {
    return undefined;
  }
  await mkdir(dir, { recursive: true });
  const file = path.join(await localFiles.realPath(dir), '.git');
  const gitDir = path.join(records, freeName(path.basename(dir), names));
  await mkdir(gitDir, { recursive: true });
  await Promise.all([
    writeFile(path.join(gitDir, 'commondir'), '../..\n'),
    writeFile(path.join(gitDir, 'HEAD'), `${head}\n`),
    writeFile(file, `gitdir: ${gitDir}\n`),
  ]);
  // Last what makes it a checkout to whoever looks.
  await writeFile(path.join(gitDir, 'gitdir'), `${file}\n`);
  return gitDir;
}

async function isFree(dir: string): Promise<boolean> {
  try {
    return (await localFiles.readNames(dir)).length === 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** After the folder, as people who look into the clone are used to. */
function freeName(wanted: string, taken: readonly string[]): string {
  const plain = wanted.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 64) || 'tree';
  // Some file systems take `Src` and `src` for the same.
  const isTaken = (name: string) =>
    taken.some(other => other.toLowerCase() === name.toLowerCase());
  let name = plain;
  for (let number = 1; isTaken(name); number++) {
    name = `${plain}${number}`;
  }
  return name;
}
