import { setImmediate } from 'node:timers/promises';
import { SqlWorkQueue } from '../adapters/queue/SqlWorkQueue';

/** Turns of the event loop without a call after which a replica has nothing to do. */
const QUIET_TURNS = 50;

/** What a replica reads and writes with. */
interface Parts {
  readonly store: object;
  readonly queue: Pick<SqlWorkQueue, 'stats'>;
}

/**
 * Lets a replica stand still before one of its writes, as a process does that is stopped or
 * starved: from then on none of its calls of store and queue goes on until it is woken.
 */
export class StandingStill {
  #writes = 0;
  /** Calls that were made, and those of them that do not wait to be woken. */
  #open = 0;
  #running = 0;
  #gate?: Promise<void>;
  #wake: () => void = () => {};

  /** @param before - which write it stands still before; the first is 0 */
  static of(parts: Parts, before: number): StandingStill {
    const still = new StandingStill(parts, before);
    still.#stop(parts.store, ['find', 'findShared', 'list', 'write', 'delete']);
    still.#stop(parts.queue, [
      ...['claimDue', 'settle', 'fail', 'extend', 'release', 'nextDueIn'],
      'markDue',
    ]);
    return still;
  }

  private constructor(
    private readonly parts: Parts,
    private readonly before: number,
  ) {}

  /** Waits until it stands still, or has nothing more to do; whether it does the former. */
  async stands(): Promise<boolean> {
    for (let quiet = 0; quiet < 3; ) {
      await setImmediate();
      if (this.#gate && this.#running === 0) {
        return true;
      }
      const { due, leased } = await this.parts.queue.stats();
      quiet = due + leased + this.#open === 0 ? quiet + 1 : 0;
    }
    return false;
  }

  wake(): void {
    this.#gate = undefined;
    this.#wake();
  }

  /** Waits until it does nothing more, as far as its calls tell. */
  async isQuiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; turns++) {
      await setImmediate();
      if (this.#open > 0) {
        turns = 0;
      }
    }
  }

  #stop(part: object, names: string[]): void {
    const methods = part as Record<
      string,
      (...args: unknown[]) => Promise<unknown>
    >;
    for (const name of names) {
      const method = methods[name].bind(part);
      methods[name] = async (...args) => {
        this.#open += 1;
        try {
          if (name === 'write' && this.#writes++ === this.before) {
            this.#gate = new Promise(resolve => {
              this.#wake = resolve;
            });
          }
          await this.#gate;
          this.#running += 1;
          return await method(...args).finally(() => {
            this.#running -= 1;
          });
        } finally {
          this.#open -= 1;
        }
      };
    }
  }
}
