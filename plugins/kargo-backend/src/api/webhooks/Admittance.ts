import { Clock } from '../../ports/Clock';
import { RateLimit } from './RateLimit';
import { senderOf } from './senderOf';

/** Of requests to one receiver that it has accepted. */
const RECEIVER_RATE = { burst: 100, perSecond: 10 };
/** Of requests from one source to one receiver that it has not accepted (yet). */
const ATTEMPT_RATE = { burst: 100, perSecond: 10 };
/** Of all addresses together that have not been found to lead anywhere. */
const STRANGER_RATE = { burst: 500, perSecond: 50 };
const STRANGERS = '';
/** Addresses that are remembered. */
const MAX_KNOWN = 10_000;

/** A request before anything is known of it. */
export interface Arrival {
  path: string;
  /** Network address of the sender, or of the last proxy in front of the portal. */
  source: string;
}

/**
 * Says which requests are worth a look into the database, and which a look at what they ask.
 *
 * @remarks
 * Whoever guesses addresses uses up what is for guesses, and not what is for those that lead
 * somewhere: these are remembered. One that is replaced leads nowhere and is forgotten. Whoever
 * knows an address and no secret uses up what is for their own attempts, and not what the
 * receiver accepts.
 */
export class Admittance {
  private readonly receivers: RateLimit;
  private readonly attempts: RateLimit;
  private readonly strangers: RateLimit;
  /** Receivers by the path under which they were found. */
  private readonly known = new Map<string, string>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.receivers = new RateLimit(clock, RECEIVER_RATE);
    this.attempts = new RateLimit(clock, ATTEMPT_RATE);
    this.strangers = new RateLimit(clock, STRANGER_RATE);
  }

  /** Seconds until a request is taken; 0 when this one is. */
  take({ path, source }: Arrival): number {
    const receiver = this.known.get(path);
    return receiver === undefined
      ? this.strangers.take(STRANGERS)
      : this.attempts.take(attemptKey(receiver, source));
  }

  /**
   * Tells what was found at the path of a request that was taken.
   *
   * @param receiver - absent when the path leads nowhere
   * @returns seconds as {@link take} does, now that it is known whose request it is
   */
  found({ path, source }: Arrival, receiver: string | undefined): number {
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
    return this.attempts.take(attemptKey(receiver, source));
  }

  /**
   * Tells that a receiver accepts who sent a request: it was no attempt.
   *
   * @returns seconds until the receiver takes it; 0 when it does
   */
  accepted({ source }: Arrival, receiver: string): number {
    this.attempts.giveBack(attemptKey(receiver, source));
    return this.receivers.take(receiver);
  }
}

function attemptKey(receiver: string, source: string): string {
  return `${receiver} ${senderOf(source)}`;
}
