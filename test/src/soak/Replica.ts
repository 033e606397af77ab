import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Portal, startPortal } from '../world/portal';
import { repositoryRoot } from '../world/paths';

const MOST_STARTS = 3;

/** Where a replica keeps its files, and the database it shares with others. */
export interface ReplicaOptions {
  readonly stateDir: string;
  readonly postgresUrl: string;
  /** Added to the environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A portal that may be killed, frozen and started again, with a wall clock that can be set.
 *
 * @remarks
 * States: up → down → up; `start` and `kill` change them. A frozen process is up.
 */
export class Replica {
  #portal?: Portal;

  static async start(options: ReplicaOptions): Promise<Replica> {
    await mkdir(options.stateDir, { recursive: true });
    const replica = new Replica(options);
    await replica.stepClock(0);
    await replica.start();
    return replica;
  }

  private constructor(private readonly options: ReplicaOptions) {}

  /** The running portal, or `undefined` while it is down. */
  get portal(): Portal | undefined {
    return this.#portal;
  }

  /** Starts the process, again when a busy machine has not let it become ready in time. */
  async start(): Promise<void> {
    for (let attempt = 1; !this.#portal; attempt++) {
      try {
        this.#portal = await this.#launch();
      } catch (error) {
        if (attempt === MOST_STARTS) throw error;
      }
    }
  }

  async #launch(): Promise<Portal> {
    const { stateDir, postgresUrl, environment } = this.options;
    const preload = join(
      ...[repositoryRoot, 'test', 'src', 'world', 'clockStep.cjs'],
    );
    return startPortal({
      stateDir,
      database: { postgresUrl, prefix: 'soak_' },
      environment: {
        ...environment,
        CLOCK_STEP_FILE: this.clockFile,
        NODE_OPTIONS: `--require ${preload}`,
      },
    });
  }

  /** Ends the process by a signal and waits until it is gone. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const portal = this.#portal;
    this.#portal = undefined;
    await portal?.kill(signal);
  }

  /** Stops the process in its tracks until `thaw`. */
  freeze(): void {
    if (this.#portal) {
      process.kill(this.#portal.pid, 'SIGSTOP');
    }
  }

  thaw(): void {
    if (this.#portal) {
      process.kill(this.#portal.pid, 'SIGCONT');
    }
  }

  /** Sets the wall clock that the process sees, in milliseconds from the real one. */
  async stepClock(offsetMs: number): Promise<void> {
    // Clocks tell whole milliseconds.
    await writeFile(this.clockFile, String(Math.round(offsetMs)));
  }

  /** Resident memory in mebibytes; `undefined` while it is down. */
  async residentMiB(): Promise<number | undefined> {
    if (!this.#portal) {
      return undefined;
    }
    const status = await readFile(`/proc/${this.#portal.pid}/status`, 'utf8');
    const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    return kibibytes === undefined
      ? undefined
      : Math.round(Number(kibibytes) / 1024);
  }

  private get clockFile(): string {
    return join(this.options.stateDir, 'clock-step');
  }
}
