import { Readable, Writable } from 'node:stream';
import { GroupLimits } from './GroupWatch';

/** One program to start. */
export interface ProcessCall {
  /** Absolute, or looked for on the `PATH` of `env`. */
  readonly file: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** All that the program finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the program has a descriptor 3 whose text we read. */
  readonly hasTrace?: boolean;
  /** What the program may use, with everything it starts. */
  readonly limits: GroupLimits;
  /** Told that it uses more, in words that go on after "it used"; the program still runs. */
  readonly onExceeded: (what: string) => void;
  /** Gives up starting; what runs already is ended by {@link RunningProcess.signal}. */
  readonly signal?: AbortSignal;
}

/** How a program ended. */
export type ProcessEnd =
  | { readonly kind: 'exited'; readonly code: number }
  /** By a signal, ours or somebody's. */
  | { readonly kind: 'killed' }
  /** It was ended because nobody could tell any more how it goes. */
  | { readonly kind: 'lost'; readonly error: ProcessLostError };

/**
 * A program that runs, in a process group of its own.
 *
 * @remarks
 * Its outputs hold the program back until they are read. Whatever it leaves running is
 * ended with it.
 */
export interface RunningProcess {
  /** Breaks when the program ends before it has read everything; that is no failure. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Descriptor 3, when asked for. */
  readonly trace?: Readable;
  /** Resolves when the program has ended and its outputs are read or given up. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal to the whole group; nothing happens when it has ended. */
  signal(signal: NodeJS.Signals): void;
}

/** Starts programs. */
export interface ProcessStarter {
  /**
   * @throws ProcessStartError when there is no such program or it cannot be started,
   * ProcessLostError when another try may help, the signal's reason when given up.
   */
  start(call: ProcessCall): Promise<RunningProcess>;
}

/** The operating system did not start a program. */
export class ProcessStartError extends Error {
  readonly name = 'ProcessStartError';
}

/** What runs programs for the portal ended; the same call may work the next time. */
export class ProcessLostError extends Error {
  readonly name = 'ProcessLostError';
}

/**
 * Refuses what no program can be given. Node refuses it, too, and shows the value, which
 * may be a password.
 *
 * @throws ProcessStartError that shows no value
 */
export function assertNoNul({ file, args, cwd, env }: ProcessCall): void {
  const holdsNul = (text: string) => text.includes('\0');
  const variable = Object.entries(env).find(entry => entry.some(holdsNul));
  if (variable) {
    throw new ProcessStartError(
      `the value of its variable ${variable[0].replaceAll(
        '\0',
        '',
      )} contains a NUL character`,
    );
  }
  if ([file, cwd, ...args].some(holdsNul)) {
    throw new ProcessStartError(
      'its path, folder or one of its arguments contains a NUL character',
    );
  }
}
