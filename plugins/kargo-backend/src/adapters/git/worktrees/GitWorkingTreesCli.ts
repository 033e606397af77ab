import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GitUser } from 'backstage-plugin-kargo-node';
import { Clock } from '../../../ports/Clock';
import { GitRemote } from '../../../ports/GitClient';
import {
  CheckoutOptions,
  CloneOptions,
  GitClone,
  GitWorkingTrees,
  WorkingTree,
} from '../../../ports/GitWorkingTree';
import { accessURL, GitProgram } from '../process/gitEnvironment';
import { runGit } from '../process/runGit';
import { addWorktree } from './clone';
import { CloneGit } from './gitOfTree';
import { abandonIntegration } from './integrate';
import { refuseForeignRepositories } from './foreignRepositories';
import {
  CloneLocation,
  locateClone,
  locateTree,
  readGitDir,
  removeClone,
  TreeLocation,
} from './location';
import { KeyedLock, removeStaleLocks } from './locks';
import { CliWorkingTree } from './tree';

/** What working trees need. */
export interface GitWorkingTreesCliOptions {
  readonly program: GitProgram;
  readonly clock: Clock;
  /** From 0 to 1; spreads the retries of pushes that meet. */
  readonly random?: () => number;
}

interface Session {
  readonly workDir: string;
  readonly credentials?: GitRemote['credentials'];
  readonly signal?: AbortSignal;
}

/**
 * Working trees by the git program: a bare clone whose checkouts are linked worktrees.
 *
 * @remarks
 * Everything that later steps need (URL, identity, trust) stands in the configuration of
 * the bare clone; credentials do not, each step brings its own. Git is always told where
 * its data is and never looks for it: what it would find may be a step's or a
 * repository's work.
 */
export class GitWorkingTreesCli implements GitWorkingTrees {
  readonly #locks = new KeyedLock();

  static create(options: GitWorkingTreesCliOptions): GitWorkingTreesCli {
    return new GitWorkingTreesCli(options);
  }

  private constructor(private readonly options: GitWorkingTreesCliOptions) {}

  async clone(options: CloneOptions): Promise<GitClone> {
    const { remote, workDir, name, user, blobless, signal } = options;
    const { program } = this.options;
    const location = locateClone(workDir, name);
    await removeClone(workDir, location);
    await mkdir(location.home, { recursive: true, mode: 0o700 });
    await runGit(program, {
      args: [
        'clone',
        '--bare',
        '--quiet',
        ...(blobless ? ['--filter=blob:none'] : []),
        ...toRemember(remote, user),
        '--',
        accessURL(remote.url),
        location.repository,
      ],
      home: location.home,
      remote,
      signal,
    });
    if (user.signingKey) {
      await writeFile(location.signingKeyFile, user.signingKey, {
        mode: 0o600,
      });
    }
    const session = { workDir, credentials: remote.credentials, signal };
    const git = this.#gitInClone(location, session, remote, blobless ?? false);
    return {
      checkout: checkout =>
        this.#checkout(git, location, session, remote, checkout),
    };
  }

  async open(options: Session & { dir: string }): Promise<WorkingTree> {
    const location = await locateTree(options.workDir, options.dir);
    await removeStaleLocks(location);
    const tree = await this.#tree(location, options, options.dir);
    await abandonIntegration(tree.git, location.gitDir, tree.guard);
    return tree.workingTree;
  }

  async #checkout(
    git: CloneGit,
    location: CloneLocation,
    session: Session,
    remote: GitRemote,
    options: CheckoutOptions,
  ): Promise<WorkingTree> {
    await addWorktree(git, options, async dir => {
      const gitDir = await readGitDir(path.join(dir, '.git'));
      if (gitDir === undefined) {
        return undefined;
      }
      return CloneGit.create({
        program: this.options.program,
        location,
        remote,
        cwd: dir,
        env: { GIT_DIR: gitDir, GIT_WORK_TREE: dir },
        isPartial: true,
        signal: session.signal,
      });
    });
    const tree = await locateTree(session.workDir, options.dir);
    return (await this.#tree(tree, session, options.dir)).workingTree;
  }

  async #tree(location: TreeLocation, session: Session, dir: string) {
    const settings = await this.#recall(location);
    const remote: GitRemote = {
      url: settings.get('kargo.repooriginalurl') ?? '',
      credentials: session.credentials,
      insecureSkipTLSVerify:
        settings.get('kargo.insecureskiptlsverify') === 'true',
    };
    const git = CloneGit.create({
      program: this.options.program,
      location,
      remote,
      cwd: dir,
      env: { GIT_DIR: location.gitDir, GIT_WORK_TREE: location.root },
      isPartial: settings.has('remote.origin.partialclonefilter'),
      signal: session.signal,
    });
    const { clock, random = Math.random } = this.options;
    const guard = () =>
      refuseForeignRepositories(session.workDir, location.root);
    const workingTree = CliWorkingTree.create({
      git,
      gitDir: location.gitDir,
      guard,
      remoteURL: remote.url,
      environment: {
        clock,
        random,
        locks: this.#locks,
        signal: session.signal,
      },
    });
    return { git, guard, workingTree };
  }

  #gitInClone(
    location: CloneLocation,
    session: Session,
    remote: GitRemote,
    isPartial: boolean,
  ): CloneGit {
    return CloneGit.create({
      program: this.options.program,
      location,
      remote,
      cwd: location.repository,
      env: { GIT_DIR: location.repository },
      isPartial,
      signal: session.signal,
    });
  }

  /** Names in lower case, as git lists them. */
  async #recall(location: CloneLocation): Promise<Map<string, string>> {
    const { stdout } = await runGit(this.options.program, {
      args: ['config', '--file', configFile(location), '--list', '--null'],
      home: location.home,
    });
    const entries = stdout.split('\0').map((entry): [string, string] => {
      const [name, ...value] = entry.split('\n');
      return [name, value.join('\n')];
    });
    return new Map(entries);
  }
}

function configFile(location: CloneLocation): string {
  return path.join(location.repository, 'config');
}

/** What later steps need to know of the clone, as settings that git makes in it. */
function toRemember(remote: GitRemote, user: GitUser): string[] {
  const settings = {
    'kargo.repoOriginalURL': accessURL(remote.url),
    'kargo.insecureSkipTLSVerify': remote.insecureSkipTLSVerify ?? false,
    'user.name': user.name,
    'user.email': user.email,
  };
  return Object.entries(settings).map(
    ([name, value]) => `--config=${name}=${value}`,
  );
}
