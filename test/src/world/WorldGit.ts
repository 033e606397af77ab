import { PassThrough, pipeline, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type {
  ProcessStarter,
  RunningProcess,
} from 'backstage-plugin-kargo-backend/src/adapters/processes/ProcessStarter';
import { createHelperProcesses } from 'backstage-plugin-kargo-backend/src/testing/helperProcesses';

/** A git command that runs: its input, and everything that it says. */
export interface RunningGit extends Pick<RunningProcess, 'stdin' | 'ended'> {
  /** May be read at any time, also when the command has long ended. */
  readonly stdout: Readable;
  /** All that it wrote there when it has ended. */
  readonly stderr: Promise<string>;
}

/** Git without the settings of whoever runs the tests. */
export class WorldGit {
  /** @param processes - what starts commands; a small process of its own unless told */
  static create(processes?: ProcessStarter): WorldGit {
    if (processes) return new WorldGit(processes, async () => {});
    const helper = createHelperProcesses();
    return new WorldGit(helper, () => helper.stop());
  }

  private constructor(
    private readonly processes: ProcessStarter,
    /** Ends the small process and what it runs. */
    readonly close: () => Promise<void>,
  ) {}

  /** Starts a command that goes on by itself. */
  async start(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<RunningGit> {
    const { stdin, stdout, stderr, ended } = await this.processes.start({
      file: 'git',
      args,
      cwd: '/',
      env: { ...cleanEnvironment(), ...environment },
      limits: { processes: Infinity, memoryBytes: Infinity },
      onExceeded: () => {},
    });
    // It may answer before it has read everything, e.g. for a bad path.
    stdin.on('error', () => {});
    return {
      stdin,
      ended,
      stdout: keep(stdout),
      stderr: text(keep(stderr)).catch(() => ''),
    };
  }

  /**
   * Runs a command and returns what it prints.
   *
   * @throws Error with what the command says when it fails
   */
  async run(...args: string[]): Promise<string> {
    const { stdin, stdout, stderr, ended } = await this.start(args);
    stdin.end();
    const [printed, said, end] = await Promise.all([
      text(stdout),
      stderr,
      ended,
    ]);
    if (end.kind !== 'exited' || end.code !== 0) {
      throw new Error(`git ${args.join(' ')} failed: ${said}`);
    }
    return printed;
  }
}

/** What a program says is gone once it has ended, unless somebody has taken it by then. */
function keep(output: Readable): Readable {
  // Where it breaks off, so does the copy.
  return pipeline(output, new PassThrough(), () => {});
}

function cleanEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return {
    PATH,
    HOME,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
}
