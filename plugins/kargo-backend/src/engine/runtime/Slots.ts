/** How many may go on at a time. */
export interface SlotLimits {
  total: number;
  perProject: number;
}

interface Waiting {
  project: string;
  enter: () => void;
}

/** Lets only so much work go on at a time, and in one project only a part of that. Who came first goes first. */
export class Slots {
  readonly #held = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  #used = 0;

  constructor(private readonly limits: SlotLimits) {}

  /**
   * Does work in a slot, waiting for one as long as the signal lets it.
   *
   * @throws the reason of the signal when it fired before there was one
   */
  async use<T>(
    project: string,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    await this.#take(project, signal);
    try {
      return await work();
    } finally {
      this.#giveBack(project);
    }
  }

  #take(project: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const entered = new AbortController();
      const waiting: Waiting = {
        project,
        enter: () => {
          entered.abort();
          resolve();
        },
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      this.#waiting.push(waiting);
      signal.addEventListener('abort', giveUp, { signal: entered.signal });
      this.#admit();
    });
  }

  #giveBack(project: string): void {
    const left = (this.#held.get(project) ?? 0) - 1;
    this.#used -= 1;
    if (left > 0) {
      this.#held.set(project, left);
    } else {
      this.#held.delete(project);
    }
    this.#admit();
  }

  /** Lets in whoever may, in the order in which they came. */
  #admit(): void {
    const { total, perProject } = this.limits;
    const mayEnter = ({ project }: Waiting) =>
      this.#used < total && (this.#held.get(project) ?? 0) < perProject;
    for (
      let index = this.#waiting.findIndex(mayEnter);
      index >= 0;
      index = this.#waiting.findIndex(mayEnter)
    ) {
      const [{ project, enter }] = this.#waiting.splice(index, 1);
      this.#used += 1;
      this.#held.set(project, (this.#held.get(project) ?? 0) + 1);
      enter();
    }
  }
}
