/** What may be held in memory at once. */
export interface BodyLimits {
  /** Bytes of all together. */
  total: number;
  /** Bytes of one receiver, so that none keeps out the others. */
  perReceiver: number;
}

/** Of this process; a body is 2 MiB at most. */
export const BODY_LIMITS: BodyLimits = {
  total: 64 * 1024 * 1024,
  perReceiver: 16 * 1024 * 1024,
};

/** Bounds the bodies that are being received and read at the same time. */
export class BodyBudget {
  #held = 0;
  readonly #heldBy = new Map<string, number>();

  constructor(private readonly limits: BodyLimits = BODY_LIMITS) {}

  /**
   * Takes room for a body.
   *
   * @returns what gives it back, once; `undefined` when there is none now
   */
  take(receiver: string, bytes: number): (() => void) | undefined {
    const own = this.#heldBy.get(receiver) ?? 0;
    const { total, perReceiver } = this.limits;
    if (this.#held + bytes > total || own + bytes > perReceiver) {
      return undefined;
    }
    this.#hold(receiver, bytes);
    return () => this.#hold(receiver, -bytes);
  }

  #hold(receiver: string, bytes: number): void {
    const own = (this.#heldBy.get(receiver) ?? 0) + bytes;
    this.#held += bytes;
    if (own === 0) {
      this.#heldBy.delete(receiver);
    } else {
      this.#heldBy.set(receiver, own);
    }
  }
}
