import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CloneMirrors } from '../mirrors/CloneMirrors';
import { listPackFiles, packFolder } from '../mirrors/packFiles';
import { isGitCommandError } from '../process/parseGitFailure';
import { PushAnswer, SmartHttp } from '../smart-http/SmartHttp';
import { CloneGit } from './gitOfTree';
import { TreeLocation } from './location';
import { isBuiltUpon } from './looseCommits';
import { findPacked, readHead } from './refs';

const MAX_PACK_BYTES = 4 * 1024 * 1024;

/**
 * Pushes what a clone has committed in one request, provided that the branch is still where
 * the clone found it.
 *
 * @remarks
 * The clone knows where the branch was, so the remote need not be asked; it refuses
 * when that has changed. Whatever does not come to a clear yes is left to git.
 */
export class PushShortcut {
  static create(options: {
    mirrors: CloneMirrors;
    smartHttp: SmartHttp;
  }): PushShortcut {
    return new PushShortcut(options);
  }

  private constructor(
    private readonly options: {
      readonly mirrors: CloneMirrors;
      readonly smartHttp: SmartHttp;
    },
  ) {}

  /**
   * Pushes HEAD; what is not tried is refused.
   *
   * @param branch - without `refs/heads/`
   */
  async push(
    git: CloneGit,
    location: TreeLocation,
    branch: string,
  ): Promise<PushAnswer> {
    const { mirrors, smartHttp } = this.options;
    const { remote, signal } = git;
    const { repository } = location;
    const ref = `refs/heads/${branch}`;
    const [from, head] = await Promise.all([
      findPacked(repository, ref),
      readHead(location.gitDir, repository),
    ]);
    if (
      from === undefined ||
      head === undefined ||
      !smartHttp.mayPush(remote) ||
      // Others were faster: that takes more than one request.
      !(await mirrors.standsAt(remote, { ref, from })) ||
      !(await isBuiltUpon(repository, head.commit, from))
    ) {
      return 'refused';
    }
    const to = head.commit;
    // It goes with the clone, or when something is pushed again.
    const outgoing = join(location.home, 'outgoing');
    const pack = await packTo(git, outgoing, { from, to });
    if (pack === undefined) {
      // As large as it may be, nobody needs it.
      await rm(outgoing, { recursive: true, force: true });
      return 'refused';
    }
    const answer = await smartHttp.push(
      remote,
      { ref, from, to, pack },
      signal,
    );
    if (answer === 'taken') {
      await mirrors.add(remote, { ref, from, to, repository: outgoing });
    }
    return answer;
  }
}

/**
 * Writes what a commit has and an earlier one has not into a repository as one pack.
 *
 * @returns the pack; `undefined` when it is too large, or cannot be made
 */
async function packTo(
  git: CloneGit,
  repository: string,
  { from, to }: { from: string; to: string },
): Promise<Buffer | undefined> {
  const folder = packFolder(repository);
  await rm(repository, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    await git.run({
      args: [
        'pack-objects',
        ...['--revs', '--quiet', '--delta-base-offset'],
        join(folder, 'pack'),
      ],
      stdin: `${to}\n^${from}\n`,
    });
  } catch (error) {
    if (isGitCommandError(error)) {
      return undefined;
    }
    throw error;
  }
  const packs = (await listPackFiles(repository)).filter(name =>
    name.endsWith('.pack'),
  );
  const [file] = packs.map(name => join(folder, name));
  const isOne = packs.length === 1 && (await stat(file)).size <= MAX_PACK_BYTES;
  return isOne ? readFile(file) : undefined;
}
