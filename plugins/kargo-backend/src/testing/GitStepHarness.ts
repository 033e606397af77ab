import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  GitUser,
  RepoCredentials,
  SecretText,
  Step,
  StepCapability,
  StepCredentials,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { Workspace } from 'backstage-plugin-kargo-node/capabilities';
import {
  FakeStepContextOptions,
  runStep,
} from 'backstage-plugin-kargo-node/testUtils';
import { CommitFile, GitServer, startGitServer } from 'kargo-test';
import {
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { createGitProgram } from '../adapters/git/process/gitEnvironment';
import { CloneMirrors } from '../adapters/git/mirrors/CloneMirrors';
import { MirrorLimits } from '../adapters/git/mirrors/GitMirrorsEviction';
import { SmartHttp } from '../adapters/git/smart-http/SmartHttp';
import { GitWorkingTreesCli } from '../adapters/git/worktrees/GitWorkingTreesCli';
import { runGit } from '../adapters/git/process/runGit';
import { HelperProcesses } from '../adapters/processes/HelperProcesses';
import { ProcessStarter } from '../adapters/processes/ProcessStarter';
import {
  compileEgressPolicy,
  EgressPolicy,
} from '../adapters/http/EgressPolicy';
import { UndiciHttpClient } from '../adapters/http/UndiciHttpClient';
import { SystemClock } from '../adapters/system/SystemClock';
import { gitClearStep } from '../builtins/steps/git-clear/runner';
import { gitCloneStep } from '../builtins/steps/git-clone/runner';
import { gitCommitStep } from '../builtins/steps/git-commit/runner';
import { gitTagStep } from '../builtins/steps/git-tag/runner';
import { gitPushStep } from '../builtins/steps/git-push/runner';
import { PromotionGit } from '../engine/promotion/PromotionGit';
import { PushIntegrationPolicy } from '../ports/GitWorkingTree';
import { Clock } from '../ports/Clock';
import { createHelperProcesses } from './helperProcesses';

const PASSWORD = 'pa55/w@rd';
const CREDENTIALS: RepoCredentials = {
  username: 'robot',
  password: SecretText.of(PASSWORD),
};

/** Runs the git steps against a real git server in a Promotion's folder of their own. */
export class GitStepHarness {
  /** Milliseconds that pushes waited before trying again. */
  readonly sleeps: number[] = [];
  /** Subcommands of git that steps started. */
  readonly programs: string[] = [];
  pushIntegrationPolicy: PushIntegrationPolicy = 'AlwaysRebase';
  /** By which the time that a step gives git is over. */
  clock: Clock = SystemClock.create();
  gitUser: GitUser = { name: 'Kargo', email: 'no-reply@kargo.io' };
  egress: EgressPolicy = { allowLoopback: true };
  signal?: AbortSignal;
  processes: ProcessStarter;
  /** How many files a branch must have for its checkouts to leave them out; as in production unless told. */
  leaveOutFrom?: number;
  /** What the clock shows by which mirrors grow old. */
  now: () => number = Date.now;
  /** Whether steps do without git where they can, as they do in production. */
  usesSmartHttp = true;
  /** Called instead of sleeping. */
  onSleep: () => Promise<void> = async () => {};

  /** @param options.owner - a folder of the repositories, as hosts have them */
  static async start(
    options: { owner?: string } = {},
  ): Promise<GitStepHarness> {
    const root = await realpath(
      await mkdtemp(path.join(tmpdir(), 'kargo-git-steps-')),
    );
    const helper = createHelperProcesses();
    const server = await startGitServer({
      root: path.join(root, 'server'),
      auth: { username: 'robot', password: PASSWORD },
      processes: helper,
    });
    return new GitStepHarness(root, server, helper, options.owner);
  }

  private constructor(
    readonly root: string,
    readonly server: GitServer,
    private readonly helper: HelperProcesses,
    private readonly owner?: string,
  ) {
    this.processes = helper;
  }

  #repo = 0;
  #workDir = '';

  get workDir(): string {
    return this.#workDir;
  }

  /** Where the clones of the Promotion are. */
  get clonesDir(): string {
    return `${this.#workDir || path.join(this.root, 'none')}.git`;
  }

  /** What the clones of all Promotions have brought. */
  get mirrorsDir(): string {
    return path.join(this.root, 'mirrors');
  }

  get repo(): string {
    const name = `repo-${this.#repo}`;
    return this.owner ? `${this.owner}/${name}` : name;
  }

  get repoURL(): string {
    return this.server.repoURL(this.repo);
  }

  /** A new repository and an empty work folder. */
  async reset(files: Record<string, CommitFile> = { 'a.txt': 'one\n' }) {
    this.#repo++;
    this.sleeps.length = 0;
    this.programs.length = 0;
    this.pushIntegrationPolicy = 'AlwaysRebase';
    this.clock = SystemClock.create();
    this.gitUser = { name: 'Kargo', email: 'no-reply@kargo.io' };
    this.egress = { allowLoopback: true };
    this.credentials = CREDENTIALS;
    this.mirrorLimits = {};
    this.signal = undefined;
    this.processes = this.helper;
    this.now = Date.now;
    this.usesSmartHttp = true;
    this.leaveOutFrom = undefined;
    this.onSleep = async () => {};
    this.server.resetStats();
    await this.server.createRepo(this.repo, files);
    await this.loseWorkDir();
  }

  /** Another Promotion of the same repository, on another replica. */
  async another(): Promise<GitStepHarness> {
    const other = new GitStepHarness(
      this.root,
      this.server,
      this.helper,
      this.owner,
    );
    other.#repo = this.#repo;
    other.onSleep = () => new Promise(resolve => setTimeout(resolve, 5));
    await other.loseWorkDir();
    return other;
  }

  /** What a restart elsewhere finds: an empty folder. */
  async loseWorkDir() {
    const lost = this.#workDir || path.join(this.root, 'none');
    for (const folder of [lost, this.clonesDir]) {
      await rm(folder, { recursive: true, force: true });
    }
    this.#workDir = await mkdtemp(path.join(this.root, 'work-'));
  }

  clone(config: JsonObject, alias = 'clone'): Promise<StepOutcome> {
    return this.run(gitCloneStep, { repoURL: this.repoURL, ...config }, alias);
  }

  commit(config: JsonObject): Promise<StepOutcome> {
    return this.run(gitCommitStep, config, 'commit');
  }

  clear(config: JsonObject): Promise<StepOutcome> {
    return this.run(gitClearStep, config, 'clear');
  }

  push(config: JsonObject): Promise<StepOutcome> {
    return this.run(gitPushStep, config, 'push');
  }

  tag(config: JsonObject): Promise<StepOutcome> {
    return this.run(gitTagStep, config, 'tag');
  }

  /** What steps are told of the remote's branches. */
  readBranches(...branches: string[]) {
    return this.workingTrees().readBranches({
      remote: {
        url: this.repoURL,
        credentials: {
          username: 'robot',
          password: SecretText.of(PASSWORD),
        },
      },
      workDir: this.workDir,
      name: 'branches',
      branches,
    });
  }

  async write(name: string, text: string): Promise<void> {
    const file = path.join(this.workDir, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  read(name: string): Promise<string> {
    return readFile(path.join(this.workDir, name), 'utf8');
  }

  /** Runs git in a checkout, as a person would who looks at it. */
  async git(folder: string, ...args: string[]): Promise<string> {
    const program = createGitProgram({ processes: this.helper });
    const { stdout } = await runGit(program, {
      args,
      cwd: path.join(this.workDir, folder),
      home: this.root,
    });
    return stdout.trim();
  }

  /** Subjects of the remote's commits, newest first. */
  async remoteLog(branch = 'main'): Promise<string[]> {
    const log = await this.server.log(this.repo, `refs/heads/${branch}`);
    return log.map(({ subject }) => subject);
  }

  /** Commits submodules to a repository, by URL and commit, in folders of their names. */
  addSubmodules(
    repo: string,
    submodules: Record<string, { url: string; commit: string }>,
  ): Promise<string> {
    const files: Record<string, CommitFile> = {};
    let declarations = '';
    for (const [name, { url, commit }] of Object.entries(submodules)) {
      files[name] = { submodule: commit };
      declarations += `[submodule "${name}"]\n\tpath = ${name}\n\turl = ${url}\n`;
    }
    return this.server.commit(repo, {
      message: 'add submodules',
      files: { ...files, '.gitmodules': declarations },
    });
  }

  async remoteHead(branch = 'main'): Promise<string | undefined> {
    return this.server.resolve(this.repo, `refs/heads/${branch}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map(client => client.close()));
    await this.server.close();
    await this.helper.stop();
    await rm(this.root, { recursive: true, force: true });
  }

  #program() {
    return createGitProgram({
      tempDir: this.root,
      processes: {
        start: call => {
          this.programs.push(call.args[0]);
          return this.processes.start(call);
        },
      },
      egress: compileEgressPolicy(this.egress),
    });
  }

  /** How much they may take up, unless it is what they may in production. */
  mirrorLimits: Partial<MirrorLimits> = {};

  /** New for every step, unless a test lets several share one. */
  cloneMirrors = () =>
    CloneMirrors.create({
      program: this.#program(),
      folder: this.mirrorsDir,
      clock: {
        now: () => this.now(),
        monotonic: () => performance.now(),
      },
      limits: this.mirrorLimits,
    });

  /** New for every step, unless a test lets several share one. */
  smartHttp = () => {
    const http = UndiciHttpClient.create({ egress: this.egress });
    this.#clients.push(http);
    return SmartHttp.create({ http, program: this.#program() });
  };

  readonly #clients: UndiciHttpClient[] = [];

  /** New for every step, which keeps nothing in memory, unless a test lets several share one. */
  workingTrees = () =>
    GitWorkingTreesCli.create({
      program: this.#program(),
      mirrors: this.cloneMirrors(),
      leaveOutFrom: this.leaveOutFrom,
      ...(this.usesSmartHttp && { smartHttp: this.smartHttp() }),
      clock: {
        now: () => 0,
        monotonic: () => 0,
        sleep: async milliseconds => {
          this.sleeps.push(milliseconds);
          await this.onSleep();
        },
      },
      random: () => 0,
    });

  /** What the project has for the repository. */
  credentials: RepoCredentials | undefined = CREDENTIALS;

  readonly #credentials: StepCredentials = {
    find: async () => this.credentials,
  };

  /** Runs a step with git, and with whatever else is given. */
  async run<TSchema extends z.ZodType, TNeeds extends StepCapability>(
    step: Step<TSchema, TNeeds>,
    config: JsonObject,
    alias: string,
    given: Partial<FakeStepContextOptions<StepCapability>> = {},
  ): Promise<StepOutcome> {
    const { signal = new AbortController().signal } = this;
    const { workDir } = this;
    const workspace = { dir: workDir };
    const workingTrees = this.workingTrees();
    const files = await Workspace.create({
      root: workDir,
      scratch: path.join(this.root, 'scratch'),
      late: workingTrees.lateFiles({ workDir, signal }),
      signal,
    });
    const git = new PromotionGit({
      workingTrees,
      credentials: this.#credentials,
      gitUser: async () => this.gitUser,
      pushIntegrationPolicy: this.pushIntegrationPolicy,
      clock: this.clock,
      scope: { alias, workspace, files, signal, mayLeaveFilesOut: true },
    });
    return runStep(step as unknown as Step<TSchema, StepCapability>, config, {
      files,
      ...given,
      git,
      alias,
      signal,
    });
  }
}
