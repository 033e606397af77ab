import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { GitRemote } from '../../../ports/GitClient';
import { GitCommand } from '../process/GitCall';
import { GitProgram } from '../process/gitEnvironment';
import { GitOutput, runGit, streamGit } from '../process/runGit';
import { CloneLocation } from './location';
import { SigningSettings, withSigning } from './signing';

/** A git call inside of a clone. */
export interface CloneCommand {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly accept?: readonly number[];
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The call talks to the remote. */
  readonly isRemote?: boolean;
  /** As `GitCommand.offersPassword`. */
  readonly offersPassword?: boolean;
  /** As `GitCommand.submoduleURL`. */
  readonly submoduleURL?: string;
}

/** What calls inside of one clone have in common. */
export interface CloneGitOptions {
  readonly program: GitProgram;
  readonly location: CloneLocation;
  readonly remote: GitRemote;
  /** Working directory and the variables that say where the repository is. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Settings for every call, asked for each time. */
  readonly config?: () => Promise<Readonly<Record<string, string>>>;
  /** File contents are fetched when needed, so that any call may talk to the remote. */
  readonly isPartial: boolean;
  readonly signal?: AbortSignal;
  /** Waits until nothing else changes the files of the checkout; at once unless told. */
  readonly inTurn?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** How to call git in a folder; `undefined` when nothing is checked out there. */
export type FindGit = (dir: string) => Promise<CloneGit | undefined>;

/** Calls git inside of one clone. */
export class CloneGit {
  static create(options: CloneGitOptions): CloneGit {
    return new CloneGit(options);
  }

  private constructor(private readonly options: CloneGitOptions) {}

  get remote(): GitRemote {
    return this.options.remote;
  }

  /** As in {@link CloneGitOptions}. */
  get isPartial(): boolean {
    return this.options.isPartial;
  }

  /** Where git runs. */
  get cwd(): string {
    return this.options.cwd;
  }

  get signal(): AbortSignal | undefined {
    return this.options.signal;
  }

  /** The same in a checkout of the clone, or in a submodule of it. */
  inTree(tree: {
    dir: string;
    gitDir: string;
    /** That of the clone unless told. */
    isPartial?: boolean;
    /** Instead of those of the clone. */
    config?: CloneGitOptions['config'];
  }): CloneGit {
    const { dir, gitDir, isPartial = this.options.isPartial } = tree;
    const { config = this.options.config } = tree;
    return new CloneGit({
      ...this.options,
      cwd: dir,
      env: { GIT_DIR: gitDir, GIT_WORK_TREE: dir },
      config,
      isPartial,
    });
  }

  run(command: CloneCommand): Promise<GitOutput> {
    const { program, inTurn } = this.options;
    const work = async () => runGit(program, await this.#complete(command));
    // What talks to the remote takes long, and leaves the checkout alone.
    return inTurn && !command.isRemote ? inTurn(work) : work();
  }

  /** Several calls, between which nothing else changes the files of the checkout. */
  alone<T>(work: (git: CloneGit) => Promise<T>): Promise<T> {
    const { inTurn, ...options } = this.options;
    const git = new CloneGit(options);
    return inTurn ? inTurn(() => work(git)) : work(git);
  }

  /** Output as it comes; git ends when the reader stops. */
  async *stream(
    command: Omit<CloneCommand, 'accept'>,
  ): AsyncGenerator<Buffer, void, undefined> {
    yield* streamGit(this.options.program, await this.#complete(command));
  }

  async #complete<T extends CloneCommand>({
    isRemote,
    ...command
  }: T): Promise<Omit<T, 'isRemote'> & GitCommand> {
    const { location, remote, cwd, env, config, isPartial, signal } =
      this.options;
    return {
      ...command,
      config: { ...(await config?.()), ...command.config },
      env: { ...env, ...command.env },
      home: location.home,
      cwd,
      ...((isRemote || isPartial) && { remote }),
      signal,
    };
  }

  /** Output without the line feed at its end. */
  async read(...args: string[]): Promise<string> {
    const { stdout } = await this.run({ args });
    return stdout.replace(/\n$/, '');
  }

  /** Output, or `undefined` when git says no by its exit code. */
  async find(...args: string[]): Promise<string | undefined> {
    const { stdout, exitCode } = await this.run({ args, accept: [1, 128] });
    return exitCode === 0 ? stdout.replace(/\n$/, '') : undefined;
  }

  /** Whether git says yes by its exit code. */
  async test(...args: string[]): Promise<boolean> {
    const { exitCode } = await this.run({ args, accept: [1, 128] });
    return exitCode === 0;
  }

  /** Runs calls that sign with the clone's key, when it has one. */
  async signing<T>(
    run: (settings: SigningSettings, isSigned: boolean) => Promise<T>,
  ): Promise<T> {
    const { program, location } = this.options;
    const key = await localFiles
      .readText(location.signingKeyFile)
      .catch(() => undefined);
    return withSigning(program, key, settings =>
      run(settings, key !== undefined),
    );
  }

  /** As {@link CloneGit.signing}, with another key or none. */
  signingWith<T>(
    key: string | undefined,
    run: (settings: SigningSettings) => Promise<T>,
  ): Promise<T> {
    return withSigning(this.options.program, key, run);
  }
}
