import { GroupWatch } from './GroupWatch';
import { ProcessCall } from './ProcessStarter';

/** One for all programs: the processes of the machine are looked at once a second. */
const groups = new GroupWatch();

/** The process group of a program that runs, until it is known to have ended. */
export class ProcessGroup {
  #hasEnded = false;
  readonly #unwatch: () => void;

  /** @param pid - of the program, which leads the group */
  constructor(
    private readonly pid: number,
    call: Pick<ProcessCall, 'limits' | 'onExceeded'>,
  ) {
    this.#unwatch = groups.add(pid, call.limits, call.onExceeded);
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#hasEnded) {
      signalGroup(this.pid, signal);
    }
  }

  /** The program has ended, and with it all that it left running. */
  end(): void {
    this.signal('SIGKILL');
    this.#hasEnded = true;
    this.#unwatch();
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group ended by itself meanwhile.
  }
}
