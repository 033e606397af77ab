import { ResourceKey } from 'backstage-plugin-kargo-common';
import { QueueSelection } from '../../ports/WorkQueue';
import { Controller } from './Controller';

/** Controllers that share slots. */
export interface LaneOptions {
  name: string;
  controllers: Controller[];
  /** Reconciles of one project at a time. */
  concurrency: number;
}

/**
 * The slots that some kinds share, and who holds them.
 *
 * @remarks
 * There are twice as many as one project may hold, so that a project whose work hangs
 * leaves room for others; how the queue shares them is told at `WorkQueue.claimDue`.
 * Cluster-scoped keys count as one project.
 */
export class Lane {
  readonly kinds: string[];
  readonly #byKind: ReadonlyMap<string, Controller>;
  readonly #slots: number;
  readonly #held = new Map<string, number>();
  #used = 0;
  /** Whether something may be due that was not looked for. */
  isCalled = true;
  /** Whether nothing was left due when it was last looked for. */
  isDrained = false;

  static create(options: LaneOptions): Lane {
    return new Lane(options);
  }

  private constructor({ controllers, concurrency }: LaneOptions) {
    this.#byKind = new Map(controllers.map(c => [c.kind, c]));
    this.kinds = [...this.#byKind.keys()];
    this.#slots = concurrency * 2;
  }

  get free(): number {
    return this.#slots - this.#used;
  }

  /** Slots held, by namespace. */
  get held(): ReadonlyMap<string, number> {
    return this.#held;
  }

  /** What of the queue could be taken now, by the rule of `WorkQueue.claimDue`. */
  get selection(): QueueSelection {
    return { kinds: this.kinds, exceptNamespaces: this.#full() };
  }

  controllerOf(key: ResourceKey): Controller {
    const controller = this.#byKind.get(key.kind);
    if (!controller) {
      throw new Error(`No controller takes keys of kind ${key.kind}`);
    }
    return controller;
  }

  take({ namespace }: ResourceKey): void {
    if (this.free <= 0) {
      throw new Error('More work was taken than there are slots');
    }
    this.#used += 1;
    this.#held.set(namespace, (this.#held.get(namespace) ?? 0) + 1);
  }

  giveBack({ namespace }: ResourceKey): void {
    const left = (this.#held.get(namespace) ?? 0) - 1;
    this.#used -= 1;
    if (left > 0) {
      this.#held.set(namespace, left);
    } else {
      this.#held.delete(namespace);
    }
  }

  /**
   * Whether a claim has taken all that was due. Had it left a row out, then because the
   * row's turn and what its namespace would hold were more than the limit allows.
   *
   * @param limit - slots that were free, before the claim
   * @param mostHeld - by any namespace, before the claim
   */
  static hasTakenAll(claimed: number, limit: number, mostHeld: number) {
    const turn = claimed + 1;
    return turn + (mostHeld + turn) <= limit + 1;
  }

  /** What was looked up: milliseconds until something of `selection` is due. */
  noteNextDue(waitMs: number | undefined): void {
    // A call that came meanwhile stays.
    this.isCalled ||= waitMs === 0;
    this.isDrained = waitMs !== 0 && this.#full().length === 0;
  }

  #full(): string[] {
    return [...this.#held]
      .filter(([, slots]) => slots >= this.free)
      .map(([namespace]) => namespace);
  }
}
