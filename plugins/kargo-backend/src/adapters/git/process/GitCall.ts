import { basename, isAbsolute } from 'node:path';
import { Readable } from 'node:stream';
import {
  parseRetryAfter,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { GitRemote } from '../../../ports/GitClient';
import { noteRefusal } from '../../credentials/refusedCredentials';
import {
  ProcessEnd,
  ProcessLostError,
  ProcessStartError,
  RunningProcess,
} from '../../processes/ProcessStarter';
import {
  accessURL,
  createGitEnvironment,
  GitEnvironment,
  GitProgram,
} from './gitEnvironment';
import { HttpTrace } from './HttpTrace';
import { hostOf, toGitError } from './parseGitFailure';
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
  /** The remote gets the password at once, not only when it asks for one. */
  readonly offersPassword?: boolean;
  /** Where the URL redirects to; git is sent there at once. */
  readonly redirectedTo?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** The program's limit unless told; stalled transfers end earlier. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const MAX_STDERR_BYTES = 64 * 1024;
/** As git writes a path of this machine in a message. */
const QUOTED_PATH = /'\/[^'\r\n]*'/g;
const REDIRECTED = /requested URL returned error: 30[12378]/;

// Git's own numbers end at 2; what it starts inherits this one, too.
const TRACE_FD = 3;

/** Git was redirected and did not follow. */
export class RedirectedError extends Error {
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
 * the memory and the number of processes of a call are limited. `dispose` may be called in
 * any state and resolves when no process is left and what was written for the call is gone.
 */
export class GitCall {
  readonly #errors: Buffer[] = [];
  #errorBytes = 0;
  #process: RunningProcess | undefined;
  #isClosed = false;
  #stopReason: { error: unknown } | undefined;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #trace = new HttpTrace(type => this.#refusePlainFiles(type));
  readonly #onAbort = () => this.#stop(this.command.signal?.reason);

  static async start(
    program: GitProgram,
    command: GitCommand,
  ): Promise<GitCall> {
    command.signal?.throwIfAborted();
    const environment = await createGitEnvironment(program, command);
    const call = new GitCall(program, command, environment);
    try {
      call.#follow(await call.#startProcess());
      return call;
    } catch (error) {
      await environment.dispose();
      throw call.#toStartError(error);
    }
  }

  private constructor(
    readonly program: GitProgram,
    readonly command: GitCommand,
    readonly environment: GitEnvironment,
  ) {}

  /** To be read to its end, or given up. */
  get stdout(): Readable {
    return this.#running.stdout;
  }

  get #running(): RunningProcess {
    if (!this.#process) {
      throw new Error('git has not been started');
    }
    return this.#process;
  }

  #startProcess(): Promise<RunningProcess> {
    const { program, command, environment } = this;
    return program.processes.start({
      file: program.path,
      args: command.args,
      cwd: command.cwd ?? command.home,
      env: {
        ...environment.env,
        ...(command.remote && {
          GIT_TRACE_CURL: String(TRACE_FD),
          GIT_TRACE_CURL_NO_DATA: '1',
        }),
      },
      hasTrace: command.remote !== undefined,
      limits: program.limits,
      onExceeded: what =>
        this.#stop(this.#toStopError(`used ${what}`), 'SIGKILL'),
      signal: command.signal,
    });
  }

  #follow(started: RunningProcess): void {
    const { program, command } = this;
    this.#process = started;
    started.stdin.end(command.stdin ?? '');
    started.stderr.on('data', (chunk: Buffer) => this.#keepError(chunk));
    started.trace
      ?.setEncoding('latin1')
      .on('data', (text: string) => this.#trace.push(text));
    if (this.#stopReason) {
      started.signal('SIGKILL');
    }
    command.signal?.addEventListener('abort', this.#onAbort);
    if (command.signal?.aborted) {
      this.#onAbort();
    }
    const timeoutMs = command.timeoutMs ?? program.limits.timeMs;
    this.#timers.push(setTimeout(() => this.#timeOut(timeoutMs), timeoutMs));
  }

  /** Waits for the end and throws unless it was a good one. */
  async finish(accept: readonly number[] = []) {
    const end = await this.#end();
    if (this.#stopReason) {
      throw this.#stopReason.error;
    }
    if (end.kind === 'lost') {
      throw this.#toLostError(end.error);
    }
    const code = end.kind === 'exited' ? end.code : undefined;
    const stderr = this.#redact(Buffer.concat(this.#errors).toString());
    if (code !== 0 && this.program.egress && REDIRECTED.test(stderr)) {
      throw new RedirectedError(this.#trace.received);
    }
    if (code === undefined || (code !== 0 && !accept.includes(code))) {
      const { args, remote, submoduleURL, redirectedTo } = this.command;
      const error = toGitError({
        command: args[0],
        exitCode: code,
        stderr,
        url: this.#url(),
        redirectedTo,
        retryAt: parseRetryAfter(this.#trace.retryAfter, this.program.now()),
      });
      // Other hosts do not get them.
      const isOwn = submoduleURL === undefined && redirectedTo === undefined;
      throw noteRefusal(error, isOwn ? remote?.credentials : undefined);
    }
    return { exitCode: code, stderr };
  }

  async dispose(): Promise<void> {
    this.#stop(undefined);
    await this.#end();
    this.#timers.forEach(clearTimeout);
    this.command.signal?.removeEventListener('abort', this.#onAbort);
    await this.environment.dispose();
  }

  async #end(): Promise<ProcessEnd> {
    const end = await this.#running.ended;
    this.#isClosed = true;
    return end;
  }

  #toStartError(error: unknown): unknown {
    if (error instanceof ProcessStartError) {
      return new Error(
        `the git program could not be started: ${this.#redact(error.message)}`,
      );
    }
    return error instanceof ProcessLostError ? this.#toLostError(error) : error;
  }

  /** Whether the remote was reached is not known: as if it had not answered. */
  #toLostError(error: ProcessLostError): Error {
    const url = this.#url();
    return new UpstreamUnavailableError(
      url ? hostOf(url) : 'localhost',
      `git ${this.command.args[0]} was broken off: ${error.message}`,
    );
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
        }; check the URL${
          contentType === 'text/html' ? ', and whether it wants to sign in' : ''
        }`,
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
    this.#process?.stdout.resume();
    this.#process?.signal(signal);
    this.#timers.push(
      setTimeout(
        () => this.#process?.signal('SIGKILL'),
        this.program.killAfterMs,
      ),
    );
  }

  #url(): string | undefined {
    const url = urlOf(this.command);
    return url && accessURL(url);
  }

  /**
   * Removes secrets, userinfo in URLs and absolute paths, longest first. Git names others than
   * it was given, such as that of another checkout, in quotes.
   */
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
    clean = withoutUserinfo(clean).replace(
      QUOTED_PATH,
      path => `'${basename(path.slice(1, -1))}'`,
    );
    for (const path of paths) {
      clean = clean.replaceAll(path, basename(path));
    }
    return clean;
  }
}

/** What git is told to talk to; only a submodule's may contain credentials, as published. */
export function urlOf(command: GitCommand): string | undefined {
  const { remote, submoduleURL } = command;
  return remote && (submoduleURL ?? accessURL(remote.url));
}
