import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  ProgramOutput,
  TerminalError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { ProgramRunner, ProgramRunnerCall } from '../../ports/ProgramRunner';
import { DirectProcesses } from '../processes/DirectProcesses';
import { GroupLimits } from '../processes/GroupWatch';
import {
  ProcessEnd,
  ProcessLostError,
  ProcessStarter,
  ProcessStartError,
  RunningProcess,
} from '../processes/ProcessStarter';
import { judgeDestination } from '../git/process/judgeDestination';
import { EgressRules } from '../http/EgressPolicy';
import { FindProxy } from '../http/proxies';
import { startTimer } from '../system/startTimer';
import { findProgram } from './findProgram';
import { ForwardProxy } from './ForwardProxy';
import {
  createProgramEnvironment,
  ProgramEnvironment,
} from './programEnvironment';
import { writeLauncher } from './writeLauncher';

const MIB = 1024 * 1024;
const MAX_STDERR_BYTES = 16 * 1024;
const DEFAULT_LIMITS: GroupLimits = {
  processes: 32,
  memoryBytes: 1024 * MIB,
};
/** Whom the portal trusts, its programs trust. */
const CERTIFICATES = ['SSL_CERT_FILE', 'SSL_CERT_DIR'];
const MAX_NETWORK_BYTES = 512 * MIB;
const DEFAULT_KILL_AFTER_MS = 2_000;

/** What running programs needs. */
export interface CliProgramRunnerOptions {
  /** Paths by the name that steps use; one without a slash is looked for on `searchPath`. */
  programs: Readonly<Record<string, string>>;
  /** Folders as in `PATH`. */
  searchPath: string;
  limits?: GroupLimits;
  /** Rules for the network; calls that want one are refused without. */
  egress?: EgressRules;
  /** By which proxy of the portal an address is reached; by none unless told. */
  findProxy?: FindProxy;
  /** Variables that tell of certificates. */
  environment?: Readonly<Record<string, string>>;
  /** Time that a program has to end by itself when it is told to, in milliseconds. */
  killAfterMs?: number;
  /** Starts them; directly unless told. */
  processes?: ProcessStarter;
}

/**
 * A call that runs.
 *
 * @remarks
 * States: running → (stopping) → closed. Whatever stops it first tells why; the group is
 * asked to end, and ended after a while. What the program leaves running ends with it.
 */
class RunningProgram {
  readonly #errors: Buffer[] = [];
  #errorBytes = 0;
  #isClosed = false;
  #process: RunningProcess | undefined;
  #stopReason: { error: unknown } | undefined;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly file: string,
    private readonly call: ProgramRunnerCall,
    private readonly environment: ProgramEnvironment,
    private readonly certificates: Readonly<Record<string, string>>,
    private readonly killAfterMs: number,
  ) {}

  async run(
    processes: ProcessStarter,
    limits: GroupLimits,
  ): Promise<ProgramOutput> {
    const { signal, timeoutMs, program } = this.call;
    const started = await this.#start(processes, limits);
    const onAbort = () => this.#stop(signal.reason);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) {
      onAbort();
    }
    const endTimer = startTimer(timeoutMs, () =>
      this.#stop(new Error(`"${program}" took longer than ${timeoutMs} ms`)),
    );
    try {
      const stdout = await this.#readOutput(started);
      const end = await started.ended;
      this.#isClosed = true;
      return this.#judge(end, stdout);
    } finally {
      started.signal('SIGKILL');
      endTimer();
      clearTimeout(this.#killTimer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #start(
    processes: ProcessStarter,
    limits: GroupLimits,
  ): Promise<RunningProcess> {
    const { args, cwd, env, program, signal, stdin } = this.call;
    try {
      const started = await processes.start({
        ...{ file: this.file, args, cwd, limits, signal },
        env: { ...env, ...this.certificates, ...this.environment.env },
        onExceeded: what =>
          this.#stop(new TerminalError(`"${program}" used ${what}`), 'SIGKILL'),
      });
      this.#process = started;
      started.stderr.on('data', (chunk: Buffer) => this.#keepError(chunk));
      started.stdin.end(stdin);
      if (this.#stopReason) {
        started.signal('SIGKILL');
      }
      return started;
    } catch (error) {
      if (error instanceof ProcessStartError) {
        throw new TerminalError(
          `the program "${program}" could not be started: ${this.#clean(
            error.message,
          )}`,
        );
      }
      throw error instanceof ProcessLostError ? this.#toLost(error) : error;
    }
  }

  async #readOutput({ stdout }: RunningProcess): Promise<Buffer> {
    const { maxOutputBytes, program } = this.call;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stdout) {
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

  #judge(end: ProcessEnd, stdout: Buffer): ProgramOutput {
    const { program, accept } = this.call;
    if (this.#stopReason) {
      throw this.#stopReason.error;
    }
    if (end.kind === 'lost') {
      throw this.#toLost(end.error);
    }
    const code = end.kind === 'exited' ? end.code : undefined;
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

  #toLost(error: ProcessLostError): Error {
    return new UpstreamUnavailableError(
      'localhost',
      `"${this.call.program}" was broken off: ${error.message}`,
    );
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
    this.#process?.signal(signal);
    this.#killTimer = setTimeout(
      () => this.#process?.signal('SIGKILL'),
      this.killAfterMs,
    );
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

/** Puts into an environment what the call wants to be found there. */
async function furnish(
  { bin, config }: ProgramEnvironment,
  { settings }: ProgramRunnerCall,
  programs: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [name, file] of programs) {
    await writeLauncher(bin, name, file);
  }
  for (const [name, content] of Object.entries(settings)) {
    const file = join(config, name);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, content, { mode: 0o600 });
  }
}

/** Runs programs, each in a process group and an environment of its own. */
export class CliProgramRunner implements ProgramRunner {
  static create(options: CliProgramRunnerOptions): CliProgramRunner {
    return new CliProgramRunner(options);
  }

  private constructor(private readonly options: CliProgramRunnerOptions) {}

  async run(call: ProgramRunnerCall): Promise<ProgramOutput> {
    const file = await this.locate(call.program);
    const others = new Map<string, string>();
    for (const name of call.programs) {
      others.set(name, await this.locate(name));
    }
    call.signal.throwIfAborted();
    const proxy = await this.openNetwork(call.network);
    try {
      return await this.runWithin(call, file, others, proxy?.url);
    } finally {
      await proxy?.close();
    }
  }

  async has(program: string): Promise<boolean> {
    return (await this.find(program)) !== undefined;
  }

  private async runWithin(
    call: ProgramRunnerCall,
    file: string,
    others: ReadonlyMap<string, string>,
    proxy: string | undefined,
  ): Promise<ProgramOutput> {
    const {
      limits = DEFAULT_LIMITS,
      killAfterMs = DEFAULT_KILL_AFTER_MS,
      processes = new DirectProcesses(),
    } = this.options;
    const environment = await createProgramEnvironment(
      call.privateDir,
      limits.memoryBytes,
      proxy,
    );
    try {
      await furnish(environment, call, others);
      const running = new RunningProgram(
        file,
        call,
        environment,
        this.certificates(),
        killAfterMs,
      );
      return await running.run(processes, limits);
    } finally {
      await environment.dispose();
    }
  }

  private certificates(): Record<string, string> {
    const { environment = {} } = this.options;
    return Object.fromEntries(
      CERTIFICATES.flatMap(name =>
        environment[name] ? [[name, environment[name]]] : [],
      ),
    );
  }

  /** @throws InputError for a host that the rules refuse. */
  private async openNetwork(
    urls: readonly string[],
  ): Promise<ForwardProxy | undefined> {
    if (urls.length === 0) {
      return undefined;
    }
    const { egress: rules, findProxy = () => undefined } = this.options;
    if (!rules) {
      throw new TerminalError('programs have no network here');
    }
    for (const url of urls) {
      await judgeDestination(url, { rules, findProxy });
    }
    return ForwardProxy.start({
      rules,
      findProxy,
      maxBytes: MAX_NETWORK_BYTES,
    });
  }

  private async find(program: string): Promise<string | undefined> {
    const { programs, searchPath } = this.options;
    return Object.hasOwn(programs, program)
      ? findProgram(programs[program], searchPath)
      : undefined;
  }

  private async locate(program: string): Promise<string> {
    const { programs } = this.options;
    const file = await this.find(program);
    if (file === undefined) {
      throw new TerminalError(
        !Object.hasOwn(programs, program)
          ? `the portal has no program "${program}"; known are ${Object.keys(
              programs,
            ).join(', ')}`
          : `the program "${program}" is not installed on the portal; install it or name it in kargo.programs.${program}`,
      );
    }
    return file;
  }
}
