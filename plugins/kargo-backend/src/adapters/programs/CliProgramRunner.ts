import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { ProgramOutput, TerminalError } from 'backstage-plugin-kargo-node';
import { ProgramRunner, ProgramRunnerCall } from '../../ports/ProgramRunner';
import { GroupLimits, GroupWatch } from '../git/process/GroupWatch';
import { findProgram } from './findProgram';
import {
  createProgramEnvironment,
  ProgramEnvironment,
} from './programEnvironment';

const MIB = 1024 * 1024;
const MAX_STDERR_BYTES = 16 * 1024;
const DEFAULT_LIMITS: GroupLimits = {
  processes: 32,
  memoryBytes: 1024 * MIB,
};
const DEFAULT_KILL_AFTER_MS = 2_000;

/** What running programs needs. */
export interface CliProgramRunnerOptions {
  /** Paths by the name that steps use; one without a slash is looked for on `searchPath`. */
  programs: Readonly<Record<string, string>>;
  /** Folders as in `PATH`. */
  searchPath: string;
  limits?: GroupLimits;
  /** Time that a program has to end by itself when it is told to, in milliseconds. */
  killAfterMs?: number;
}

/** One for all calls: the processes of the machine are looked at once a second. */
const groups = new GroupWatch();

/**
 * A call that runs.
 *
 * @remarks
 * States: running → (stopping) → closed. Whatever stops it first tells why; the group is
 * asked to end, and ended after a while. What the program leaves running ends with it.
 */
class RunningProgram {
  readonly #child: ChildProcess;
  readonly #errors: Buffer[] = [];
  #errorBytes = 0;
  #isClosed = false;
  #stopReason: { error: unknown } | undefined;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly file: string,
    private readonly call: ProgramRunnerCall,
    private readonly environment: ProgramEnvironment,
    private readonly killAfterMs: number,
  ) {
    this.#child = spawn(file, [...call.args], {
      cwd: call.cwd,
      env: { ...call.env, ...environment.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const { stdin, stderr } = this.#child;
    // It may end before it has read everything; its exit code tells the story.
    stdin?.on('error', () => {});
    stdin?.end(call.stdin);
    stderr?.on('data', (chunk: Buffer) => this.#keepError(chunk));
  }

  async finish(limits: GroupLimits): Promise<ProgramOutput> {
    const { signal, timeoutMs, program } = this.call;
    const onAbort = () => this.#stop(signal.reason);
    signal.addEventListener('abort', onAbort);
    const timer = setTimeout(
      () =>
        this.#stop(new Error(`"${program}" took longer than ${timeoutMs} ms`)),
      timeoutMs,
    );
    const unwatch = this.#watch(limits);
    try {
      const closed = this.#closed();
      const stdout = await this.#readOutput();
      return this.#judge(await closed, stdout);
    } finally {
      this.#signalGroup('SIGKILL');
      unwatch();
      clearTimeout(timer);
      clearTimeout(this.#killTimer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #watch(limits: GroupLimits): () => void {
    const { pid } = this.#child;
    return pid === undefined
      ? () => {}
      : groups.add(pid, limits, what =>
          this.#stop(
            new TerminalError(`"${this.call.program}" used ${what}`),
            'SIGKILL',
          ),
        );
  }

  async #readOutput(): Promise<Buffer> {
    const { maxOutputBytes, program } = this.call;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.#child.stdout as Readable) {
      bytes += chunk.length;
      if (bytes > maxOutputBytes) {
        this.#stop(
          new TerminalError(
            `"${program}" printed more than ${maxOutputBytes} bytes`,
          ),
          'SIGKILL',
        );
      } else {
        chunks.push(chunk);
      }
    }
    return Buffer.concat(chunks);
  }

  async #closed(): Promise<{ code?: number; spawnError?: Error }> {
    this.#child.once('exit', () => this.#signalGroup('SIGKILL'));
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

  #judge(
    { code, spawnError }: { code?: number; spawnError?: Error },
    stdout: Buffer,
  ): ProgramOutput {
    const { program, accept } = this.call;
    if (this.#stopReason) {
      throw this.#stopReason.error;
    }
    if (spawnError) {
      throw new TerminalError(
        `the program "${program}" could not be started: ${this.#clean(
          spawnError.message,
        )}`,
      );
    }
    const stderr = this.#clean(Buffer.concat(this.#errors).toString());
    if (code === undefined || (code !== 0 && !accept.includes(code))) {
      throw new Error(
        `"${program}" failed${
          code === undefined ? '' : ` with exit code ${code}`
        }: ${stderr.trim() || 'it did not say why'}`,
      );
    }
    return { stdout, stderr, exitCode: code };
  }

  #keepError(chunk: Buffer): void {
    this.#errors.push(chunk);
    this.#errorBytes += chunk.length;
    while (this.#errorBytes > MAX_STDERR_BYTES && this.#errors.length > 1) {
      this.#errorBytes -= this.#errors.shift()?.length ?? 0;
    }
  }

  #stop(error: unknown, signal: NodeJS.Signals = 'SIGTERM'): void {
    if (this.#isClosed || this.#stopReason) {
      return;
    }
    this.#stopReason = { error };
    this.#signalGroup(signal);
    this.#killTimer = setTimeout(
      () => this.#signalGroup('SIGKILL'),
      this.killAfterMs,
    );
  }

  #signalGroup(signal: NodeJS.Signals): void {
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

  /** Without the places on the disk, which are nobody's business. */
  #clean(text: string): string {
    const { cwd, privateDir, program } = this.call;
    const { home } = this.environment;
    return [
      [this.file, program],
      [home, '~'],
      [privateDir, ''],
      [`${cwd}/`, ''],
      [cwd, '.'],
    ].reduce((rest, [path, shown]) => rest.replaceAll(path, shown), text);
  }
}

/** Runs programs, each in a process group and an environment of its own. */
export class CliProgramRunner implements ProgramRunner {
  static create(options: CliProgramRunnerOptions): CliProgramRunner {
    return new CliProgramRunner(options);
  }

  private constructor(private readonly options: CliProgramRunnerOptions) {}

  async run(call: ProgramRunnerCall): Promise<ProgramOutput> {
    const { limits = DEFAULT_LIMITS, killAfterMs = DEFAULT_KILL_AFTER_MS } =
      this.options;
    const file = await this.locate(call.program);
    call.signal.throwIfAborted();
    const environment = await createProgramEnvironment(
      call.privateDir,
      limits.memoryBytes,
    );
    try {
      const running = new RunningProgram(file, call, environment, killAfterMs);
      return await running.finish(limits);
    } finally {
      await environment.dispose();
    }
  }

  private async locate(program: string): Promise<string> {
    const { programs, searchPath } = this.options;
    const path = Object.hasOwn(programs, program)
      ? programs[program]
      : undefined;
    const file =
      path === undefined ? undefined : await findProgram(path, searchPath);
    if (file === undefined) {
      throw new TerminalError(
        path === undefined
          ? `the portal has no program "${program}"; known are ${Object.keys(
              programs,
            ).join(', ')}`
          : `the program "${program}" is not installed on the portal; install it or name it in kargo.programs.${program}`,
      );
    }
    return file;
  }
}
