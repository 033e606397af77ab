import { Clock } from '../../ports/Clock';
import { RateLimit } from './RateLimit';

/** Of one receiver. */
const RECEIVER_RATE = { burst: 100, perSecond: 10 };
/** Of all addresses together that have not been found to lead anywhere. */
const STRANGER_RATE = { burst: 500, perSecond: 50 };
const STRANGERS = '';
/** Addresses that are remembered. */
const MAX_KNOWN = 10_000;

/**
 * Says which requests are worth a look into the database.
 *
 * @remarks
 * Whoever guesses addresses uses up what is for guesses, and not what is for those that lead
 * somewhere: these are remembered. One that is replaced leads nowhere and is forgotten.
 */
export class Admittance {
  private readonly receivers: RateLimit;
  private readonly strangers: RateLimit;
  /** Receivers by the path under which they were found. */
  private readonly known = new Map<string, string>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.receivers = new RateLimit(clock, RECEIVER_RATE);
    this.strangers = new RateLimit(clock, STRANGER_RATE);
  }

  /** Seconds until a request to a path is taken; 0 when this one is. */
  take(path: string): number {
    const receiver = this.known.get(path);
    return receiver === undefined
      ? this.strangers.take(STRANGERS)
      : this.receivers.take(receiver);
  }

  /**
   * Tells what was found at a path that was taken.
   *
   * @param receiver - absent when the path leads nowhere
   * @returns seconds as {@link take} does, now that it is known whose request it is
   */
  found(path: string, receiver: string | undefined): number {
    const before = this.known.get(path);
    if (receiver === undefined) {
      this.known.delete(path);
      return 0;
    }
    if (before === receiver) {
      return 0;
    }
    if (this.known.size >= MAX_KNOWN) {
      this.known.clear();
    }
    this.known.set(path, receiver);
    return this.receivers.take(receiver);
  }
}
