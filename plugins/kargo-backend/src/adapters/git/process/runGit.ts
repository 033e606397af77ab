import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, isAbsolute } from 'node:path';
import { Readable } from 'node:stream';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { GitRemote } from '../../../ports/GitClient';
import {
  accessURL,
  createGitEnvironment,
  GitEnvironment,
  GitProgram,
} from './gitEnvironment';
import { hostOf, toGitError } from './parseGitFailure';
import { parseRedirect } from './parseRedirect';

/** One call of git. */
export interface GitCommand {
  /**
   * Subcommand and its arguments; values that users chose stand after `--` or
   * `--end-of-options`. A URL must have passed through `accessURL`.
   */
  readonly args: readonly string[];
  /** Working directory; `home` unless told. */
  readonly cwd?: string;
  /** Folder that git takes for the user's. */
  readonly home: string;
  /** The remote the call talks to; without it no transport is allowed. */
  readonly remote?: GitRemote;
  /** URL of the submodule that the call talks to with the remote's trust, instead of to it. */
  readonly submoduleURL?: string;
  /** Where the URL redirects to; git is sent there at once. */
  readonly redirectedTo?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** No limit unless told; stalled transfers end by themselves. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What git said. */
export interface GitOutput {
  readonly stdout: string;
  /** Redacted. */
  readonly stderr: string;
  readonly exitCode: number;
}

const MAX_STDOUT_BYTES = 64 * 1024 * 1024;
const MAX_STDERR_BYTES = 64 * 1024;
const MAX_REDIRECTS = 5;
const REDIRECTED = /requested URL returned error: 30[12378]/;

/** Git was redirected and did not follow. */
class RedirectedError extends Error {
  constructor(readonly stderr: string) {
    super('the remote redirects');
  }
}

/**
 * A running git.
 *
 * @remarks
 * States: running → (stopping) → closed. `stop` asks the whole process group to end,
 * because git leaves the talking to helper processes, and ends it after
 * `killAfterMs`. `dispose` may be called in any state and resolves when no process is
 * left and what was written for the call is gone.
 */
class GitCall {
  readonly stdout: AsyncIterable<Buffer>;
  readonly #child: ChildProcess;
  readonly #closed: Promise<{ code?: number; spawnError?: Error }>;
  readonly #errors: Buffer[] = [];
  #errorBytes = 0;
  #isClosed = false;
  #stopReason: { error: unknown } | undefined;
  #timers: NodeJS.Timeout[] = [];
  readonly #onAbort = () => this.#stop(this.command.signal?.reason);

  static async start(
    program: GitProgram,
    command: GitCommand,
  ): Promise<GitCall> {
    command.signal?.throwIfAborted();
    const environment = await createGitEnvironment(program, command);
    return new GitCall(program, command, environment);
  }

  private constructor(
    readonly program: GitProgram,
    readonly command: GitCommand,
    readonly environment: GitEnvironment,
  ) {
    this.#child = spawn(program.path, [...command.args], {
      cwd: command.cwd ?? command.home,
      env: environment.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#closed = this.#watch();
    const { stdin, stdout, stderr } = this.#child;
    // Git may end before it has read everything; its exit code tells the story.
    stdin?.on('error', () => {});
    stdin?.end(command.stdin ?? '');
    stderr?.on('data', (chunk: Buffer) => this.#keepError(chunk));
    this.stdout = stdout as Readable;
    command.signal?.addEventListener('abort', this.#onAbort);
    if (command.signal?.aborted) {
      this.#onAbort();
    }
    if (command.timeoutMs !== undefined) {
      const timer = setTimeout(() => this.#timeOut(), command.timeoutMs);
      this.#timers.push(timer);
    }
  }

  /** Waits for the end and throws unless it was a good one. */
  async finish(accept: readonly number[] = []) {
    const { code, spawnError } = await this.#closed;
    if (this.#stopReason) {
      throw this.#stopReason.error;
    }
    if (spawnError) {
      throw new Error(
        `the git program could not be started: ${this.#redact(
          spawnError.message,
        )}`,
      );
    }
    const stderr = this.#redact(Buffer.concat(this.#errors).toString());
    if (code !== 0 && this.program.egress && REDIRECTED.test(stderr)) {
      throw new RedirectedError(stderr);
    }
    if (code === undefined || (code !== 0 && !accept.includes(code))) {
      throw toGitError({
        command: this.command.args[0],
        exitCode: code,
        stderr,
        url: this.#url(),
      });
    }
    return { exitCode: code, stderr };
  }

  async dispose(): Promise<void> {
    this.#stop(undefined);
    await this.#closed;
    this.#timers.forEach(clearTimeout);
    this.command.signal?.removeEventListener('abort', this.#onAbort);
    await this.environment.dispose();
  }

  async #watch() {
    try {
      const [code] = await once(this.#child, 'close');
      return { code: (code as number | null) ?? undefined };
    } catch (error) {
      // Only a program that cannot be started emits `error`.
      return { spawnError: error as Error };
    } finally {
      this.#isClosed = true;
    }
  }

  #keepError(chunk: Buffer) {
    this.#errors.push(chunk);
    this.#errorBytes += chunk.length;
    while (this.#errorBytes > MAX_STDERR_BYTES && this.#errors.length > 1) {
      this.#errorBytes -= this.#errors.shift()?.length ?? 0;
    }
  }

  #timeOut() {
    const url = this.#url();
    const message = `git ${this.command.args[0]} took longer than ${this.command.timeoutMs} ms`;
    this.#stop(
      url
        ? new UpstreamUnavailableError(hostOf(url), `${url}: ${message}`)
        : new Error(message),
    );
  }

  #stop(error: unknown) {
    if (this.#isClosed || this.#stopReason) {
      return;
    }
    this.#stopReason = { error };
    // A full pipe would keep git from ending.
    this.#child.stdout?.resume();
    this.#signalGroup('SIGTERM');
    this.#timers.push(
      setTimeout(() => this.#signalGroup('SIGKILL'), this.program.killAfterMs),
    );
  }

  #signalGroup(signal: NodeJS.Signals) {
    const { pid } = this.#child;
    if (pid === undefined || this.#isClosed) {
      return;
    }
    try {
      process.kill(-pid, signal);
    } catch {
      // The group ended by itself meanwhile.
    }
  }

  #url(): string | undefined {
    const url = urlOf(this.command);
    return url && accessURL(url);
  }

  /** Removes secrets, userinfo in URLs and absolute paths, longest first. */
  #redact(text: string): string {
    const { args, cwd, home } = this.command;
    const { knownHostsFile, tempDir } = this.program;
    const paths = [cwd, home, knownHostsFile, tempDir, ...args]
      .filter(path => path !== undefined)
      .filter(path => isAbsolute(path) && path.length > 1)
      .sort((a, b) => b.length - a.length);
    let clean = text;
    for (const secret of this.environment.secrets) {
      clean = clean.replaceAll(secret, '[redacted]');
    }
    clean = clean.replace(/(\w+:\/\/)[^/\s']*@/g, '$1');
    for (const path of paths) {
      clean = clean.replaceAll(path, basename(path));
    }
    return clean;
  }
}

/** What git is told to talk to; only a submodule's may contain credentials, as published. */
function urlOf(command: GitCommand): string | undefined {
  const { remote, submoduleURL } = command;
  return remote && (submoduleURL ?? accessURL(remote.url));
}

interface RunGitCommand extends GitCommand {
  /** Exit codes besides 0 that are answers, not failures. */
  accept?: readonly number[];
  /** 64 MiB unless told. */
  maxOutputBytes?: number;
}

/**
 * Runs git to its end.
 *
 * @remarks
 * An exit code other than 0 (or one of `accept`) throws: `CredentialsRejectedError`,
 * `InputError` or `UpstreamUnavailableError` when the call concerned a remote and git
 * blamed it, else `GitCommandError`. Cancelling throws the signal's reason. No message
 * contains credentials or absolute paths.
 *
 * With an egress policy a redirect is followed here and not by git, so that its target
 * is judged first; the call then runs again, which is safe because a redirect answers the
 * first request.
 */
export async function runGit(
  program: GitProgram,
  command: RunGitCommand,
): Promise<GitOutput> {
  let current = command;
  for (let redirects = 0; ; redirects++) {
    try {
      return await runOnce(program, current);
    } catch (error) {
      if (!(error instanceof RedirectedError)) {
        throw error;
      }
      const redirectedTo =
        redirects < MAX_REDIRECTS
          ? await findRedirect(program, current)
          : undefined;
      if (redirectedTo === undefined) {
        throw toRedirectError(current);
      }
      current = { ...current, redirectedTo };
    }
  }
}

/** Asks again with git's trace of headers: the message does not say where to. */
async function findRedirect(
  program: GitProgram,
  command: GitCommand,
): Promise<string | undefined> {
  const { home, remote, submoduleURL, redirectedTo, timeoutMs, signal } =
    command;
  const url = urlOf(command) ?? '';
  try {
    await runOnce(program, {
      args: ['ls-remote', '--quiet', '--', url, 'HEAD'],
      env: { GIT_TRACE_CURL: '1', GIT_TRACE_CURL_NO_DATA: '1' },
      home,
      remote,
      submoduleURL,
      redirectedTo,
      timeoutMs,
      signal,
    });
    return undefined;
  } catch (error) {
    if (error instanceof RedirectedError) {
      return parseRedirect(error.stderr, redirectedTo ?? url);
    }
    throw error;
  }
}

function toRedirectError(command: GitCommand): Error {
  const host = hostOf(urlOf(command) ?? '');
  return new UpstreamUnavailableError(
    host,
    `${host} redirects too often, or not always the same way`,
  );
}

async function runOnce(
  program: GitProgram,
  command: RunGitCommand,
): Promise<GitOutput> {
  const limit = command.maxOutputBytes ?? MAX_STDOUT_BYTES;
  const call = await GitCall.start(program, command);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of call.stdout) {
      size += chunk.length;
      if (size > limit) {
        throw new Error(
          `git ${command.args[0]} printed more than ${limit} bytes`,
        );
      }
      chunks.push(chunk);
    }
    const { exitCode, stderr } = await call.finish(command.accept);
    return { stdout: Buffer.concat(chunks).toString(), stderr, exitCode };
  } finally {
    await call.dispose();
  }
}

/**
 * Runs git and hands on its output as it comes; git is stopped when the reader stops.
 *
 * @remarks
 * Throws like {@link runGit}, after the last chunk.
 */
export async function* streamGit(
  program: GitProgram,
  command: GitCommand,
): AsyncGenerator<Buffer, void, undefined> {
  const call = await GitCall.start(program, command);
  try {
    yield* call.stdout;
    await call.finish();
  } finally {
    await call.dispose();
  }
}
