import { ServiceUnavailableError } from '@backstage/errors';
import { Clock } from '../../ports/Clock';
import { Slots } from './Slots';

/** Beside the slots of work, so that who only looks keeps nothing from going on. */
const SLOTS = { total: 4, perProject: 2 };
/** Below the minute for which proxies wait for an answer, together. */
const SLOT_PATIENCE_MS = 10_000;
const LIMIT_MS = 45_000;

/** A look was broken off because it took too long. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';

  constructor() {
    super(
      `It took longer than the ${LIMIT_MS / 1000} seconds that a dry run has`,
    );
  }
}

/** What somebody waits for who only looks: so much at a time, and so long. */
export class BoundedLooks {
  readonly #slots = new Slots(SLOTS);

  /**
   * @param options - `busy` says that others are looking, one sentence for people
   */
  static create(options: { clock: Clock; busy: string }): BoundedLooks {
    return new BoundedLooks(options);
  }

  private constructor(
    private readonly options: { readonly clock: Clock; readonly busy: string },
  ) {}

  /**
   * Does work in a slot of its project; its signal fires with {@link OutOfTime} when it takes
   * too long.
   *
   * @throws ServiceUnavailableError when no slot is free in time; the signal's reason
   */
  take<T>(
    project: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const busy = new ServiceUnavailableError(this.options.busy);
    return this.#within(SLOT_PATIENCE_MS, busy, signal, patience =>
      this.#slots.use(project, patience, () =>
        this.#within(LIMIT_MS, new OutOfTime(), signal, work),
      ),
    );
  }

  /** Does something with a signal that also fires, with a reason, when it takes too long. */
  async #within<T>(
    limitMs: number,
    reason: Error,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const outOfTime = new AbortController();
    const over = new AbortController();
    this.options.clock.sleep(limitMs, over.signal).then(
      () => outOfTime.abort(reason),
      // It ended before.
      () => undefined,
    );
    try {
      return await work(AbortSignal.any([signal, outOfTime.signal]));
    } finally {
      over.abort();
    }
  }
}
