import { Clock } from '../../ports/Clock';

/** What may be held in memory at once, and for how long. */
export interface BodyLimits {
  /** Bytes of all together. */
  total: number;
  /** Bytes of one receiver, so that none keeps out the others. */
  perReceiver: number;
  /** Milliseconds that a body may take to arrive: meanwhile what has come of it is held. */
  arrivalMs: number;
  /** Milliseconds after which it shows how fast a body comes. */
  graceMs: number;
}

/** Of this process; a body is 2 MiB at most. */
export const BODY_LIMITS: BodyLimits = {
  total: 64 * 1024 * 1024,
  perReceiver: 16 * 1024 * 1024,
  arrivalMs: 10_000,
  graceMs: 250,
};

/** Room for one body. */
export interface BodyRoom {
  /** Aborted when others need the room, and this body comes too slowly. */
  readonly signal: AbortSignal;
  /** Tells of bytes that have come. */
  add(bytes: number): void;
  /** Tells that all of them have. */
  complete(): void;
  /** Gives the room back, once the body has been read or will not be. */
  giveBack(): void;
}

class HeldBody implements BodyRoom {
  readonly #giveWay = new AbortController();
  #received = 0;
  #isComing = true;
  #isHeld = true;

  constructor(
    readonly receiver: string,
    readonly bytes: number,
    private readonly since: number,
    private readonly release: () => void,
  ) {}

  get signal(): AbortSignal {
    return this.#giveWay.signal;
  }

  add(bytes: number): void {
    this.#received += bytes;
  }

  complete(): void {
    this.#isComing = false;
  }

  giveBack(): void {
    if (this.#isHeld) {
      this.#isHeld = false;
      this.release();
    }
  }

  giveWay(): void {
    this.giveBack();
    this.#giveWay.abort();
  }

  /** The part of it by which it is behind one that arrives just in time; 0 when it is not. */
  lag(now: number, { arrivalMs, graceMs }: BodyLimits): number {
    const elapsed = now - this.since;
    if (!this.#isComing || elapsed <= graceMs) {
      return 0;
    }
    return Math.max(0, elapsed / arrivalMs - this.#received / this.bytes);
  }
}

/**
 * Bounds the bodies that are being received and read at the same time.
 *
 * @remarks
 * Room is taken for what a sender announces. So that nobody keeps out the others by
 * announcing much and sending little, whoever would not be done in time at their pace gives
 * way when somebody else needs the room.
 */
export class BodyBudget {
  #held = 0;
  readonly #heldBy = new Map<string, number>();
  readonly #bodies = new Set<HeldBody>();

  constructor(
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly limits: BodyLimits = BODY_LIMITS,
  ) {}

  /** Takes room for a body; `undefined` when there is none now. */
  take(receiver: string, bytes: number): BodyRoom | undefined {
    const slow = this.#whoGivesWay(receiver, bytes);
    if (!slow) {
      return undefined;
    }
    slow.forEach(body => body.giveWay());
    const since = this.clock.monotonic();
    const body = new HeldBody(receiver, bytes, since, () => {
      this.#bodies.delete(body);
      this.#hold(receiver, -bytes);
    });
    this.#bodies.add(body);
    this.#hold(receiver, bytes);
    return body;
  }

  /** Bodies without which there is room, none when there is already; `undefined` when there are too few. */
  #whoGivesWay(receiver: string, bytes: number): HeldBody[] | undefined {
    const { total, perReceiver } = this.limits;
    let lacking = this.#held + bytes - total;
    let lackingOwn = (this.#heldBy.get(receiver) ?? 0) + bytes - perReceiver;
    const giving: HeldBody[] = [];
    const isEnough = () => lacking <= 0 && lackingOwn <= 0;
    for (const body of isEnough() ? [] : this.#slowOnes(receiver)) {
      const isOwn = body.receiver === receiver;
      if (isEnough() || (!isOwn && lackingOwn > 0)) {
        break;
      }
      giving.push(body);
      lacking -= body.bytes;
      lackingOwn -= isOwn ? body.bytes : 0;
    }
    return isEnough() ? giving : undefined;
  }

  /** The slowest first, those of the same receiver before all others. */
  #slowOnes(receiver: string): HeldBody[] {
    const now = this.clock.monotonic();
    const lagOf = (body: HeldBody) => body.lag(now, this.limits);
    const rank = ({ receiver: own }: HeldBody) => (own === receiver ? 0 : 1);
    return [...this.#bodies]
      .filter(body => lagOf(body) > 0)
      .sort((a, b) => rank(a) - rank(b) || lagOf(b) - lagOf(a));
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
