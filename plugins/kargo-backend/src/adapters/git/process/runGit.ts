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
import { assertGitVersion } from './gitVersion';
import { GroupWatch } from './GroupWatch';
import { HttpTrace } from './HttpTrace';
import { hostOf, toGitError } from './parseGitFailure';
import { parseRedirect } from './parseRedirect';
import { withoutUserinfo } from './withoutUserinfo';

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
  /** The program's limit unless told; stalled transfers end earlier. */
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

// Git's own numbers end at 2; what it starts inherits this one, too.
const TRACE_FD = 3;

/** One for all programs: the processes of the machine are looked at once a second. */
const groups = new GroupWatch();

/** Git was redirected and did not follow. */
class RedirectedError extends Error {
  /** @param trace - headers of the answers */
  constructor(readonly trace: string) {
    super('the remote redirects');
  }
}

/**
 * A running git.
 *
 * @remarks
 * States: running → (stopping) → closed. `stop` asks the whole process group to end,
 * because git leaves the talking to helper processes, and ends it after
 * `killAfterMs`. When git itself has ended, whatever it left running is ended. The time,
 * the memory and the number of processes of a call are limited. `dispose` may be called in any state and resolves when no process is
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
  #unwatch = () => {};
  readonly #trace = new HttpTrace(type => this.#refusePlainFiles(type));
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
      env: {
        ...environment.env,
        ...(command.remote && {
          GIT_TRACE_CURL: String(TRACE_FD),
          GIT_TRACE_CURL_NO_DATA: '1',
        }),
      },
      stdio: [
        'pipe',
        'pipe',
        'pipe',
        ...(command.remote ? ['pipe' as const] : []),
      ],
      detached: true,
    });
    this.#closed = this.#watch();
    this.#child.once('exit', () => this.#signalGroup('SIGKILL'));
    const { stdin, stdout, stderr, stdio } = this.#child;
    // Git may end before it has read everything; its exit code tells the story.
    stdin?.on('error', () => {});
    stdin?.end(command.stdin ?? '');
    stderr?.on('data', (chunk: Buffer) => this.#keepError(chunk));
    (stdio[TRACE_FD] as Readable | undefined)
      ?.setEncoding('latin1')
      .on('data', (text: string) => this.#trace.push(text));
    this.stdout = stdout as Readable;
    command.signal?.addEventListener('abort', this.#onAbort);
    if (command.signal?.aborted) {
      this.#onAbort();
    }
    const timeoutMs = command.timeoutMs ?? program.limits.timeMs;
    this.#timers.push(setTimeout(() => this.#timeOut(timeoutMs), timeoutMs));
    this.#limit();
  }

  #limit() {
    const { pid } = this.#child;
    if (pid !== undefined) {
      this.#unwatch = groups.add(pid, this.program.limits, what =>
        this.#stop(this.#toStopError(`used ${what}`), 'SIGKILL'),
      );
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
      throw new RedirectedError(this.#trace.received);
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
    this.#unwatch();
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

  #timeOut(timeoutMs: number) {
    this.#stop(this.#toStopError(`took longer than ${timeoutMs} ms`));
  }

  #toStopError(reason: string): Error {
    const url = this.#url();
    const message = `git ${this.command.args[0]} ${reason}`;
    return url
      ? new UpstreamUnavailableError(hostOf(url), `${url}: ${message}`)
      : new Error(message);
  }

  /** The old protocol lets the server decide how many requests git makes, and of what. */
  #refusePlainFiles(contentType: string) {
    const url = this.#url() ?? '';
    this.#stop(
      new UpstreamUnavailableError(
        hostOf(url),
        `${url} is not a git repository, or one of the old plain-file ("dumb") protocol, which is not supported: it answered with ${
          contentType || 'no type of content'
        }; check the URL`,
      ),
      'SIGKILL',
    );
  }

  #stop(error: unknown, signal: NodeJS.Signals = 'SIGTERM') {
    if (this.#isClosed || this.#stopReason) {
      return;
    }
    this.#stopReason = { error };
    // A full pipe would keep git from ending.
    this.#child.stdout?.resume();
    this.#signalGroup(signal);
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
    clean = withoutUserinfo(clean);
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
  await assertUsable(program);
  let current = command;
  for (let redirects = 0; ; redirects++) {
    try {
      return await runOnce(program, current);
    } catch (error) {
      if (!(error instanceof RedirectedError)) {
        throw error;
      }
      const from = current.redirectedTo ?? urlOf(current) ?? '';
      const redirectedTo =
        redirects < MAX_REDIRECTS
          ? parseRedirect(error.trace, from)
          : undefined;
      if (redirectedTo === undefined) {
        throw toRedirectError(current);
      }
      current = { ...current, redirectedTo };
    }
  }
}

const usable = new Map<string, Promise<void>>();

/**
 * Makes sure, once per program file, that git is there and new enough.
 *
 * @throws InputError when it is too old; Error when it cannot be started.
 */
export function assertUsable(program: GitProgram): Promise<void> {
  const key = `${program.path}\0${program.inherited.PATH}`;
  const known = usable.get(key);
  if (known) {
    return known;
  }
  const asking = runOnce(program, {
    args: ['version'],
    home: program.tempDir,
  }).then(({ stdout }) => assertGitVersion(stdout));
  usable.set(key, asking);
  // Somebody may install another one; who waits hears of the failure.
  asking.catch(() => usable.delete(key));
  return asking;
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
  await assertUsable(program);
  const call = await GitCall.start(program, command);
  try {
    yield* call.stdout;
    await call.finish();
  } finally {
    await call.dispose();
  }
}
