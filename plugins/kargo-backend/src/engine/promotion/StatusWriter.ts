import {
  Draft,
  KargoEvent,
  keyOf,
  Promotion,
  PromotionStatus,
} from 'backstage-plugin-kargo-common';
import { isConflictError } from 'backstage-plugin-kargo-node';
import { isEqualJson } from '../../logic/mergePatch';
import { Clock } from '../../ports/Clock';
import { EventSink } from '../../ports/EventSink';
import { ResourceStore } from '../../ports/ResourceStore';
import { untilAnswered } from '../runtime/untilAnswered';
import { asStored, statusWrite } from '../writeStatus';

/** What writing the status of a Promotion needs. */
export interface StatusWriterOptions {
  store: ResourceStore;
  events: EventSink;
  clock: Clock;
  /** Fires when the lease is lost, or the work shall stop. */
  signal: AbortSignal;
}

/**
 * Writes the status of one Promotion while its lease is ours.
 *
 * @remarks
 * Only this controller writes the status of Promotions, but anybody may write their
 * annotations. So a conflict is followed by a look: when the status is still what we wrote
 * last, the write is repeated on the new revision; when it is what we were about to write,
 * that had arrived although no answer came; when it is neither, somebody else runs this
 * Promotion and we stop.
 */
export class StatusWriter {
  private written: Promotion;

  constructor(
    private readonly options: StatusWriterOptions,
    promotion: Promotion,
  ) {
    this.written = promotion;
  }

  /** The Promotion as of the last write, with the annotations that it had then. */
  get current(): Promotion {
    return this.written;
  }

  async write(status: PromotionStatus): Promise<void> {
    await this.writeLast(() => status);
  }

  /**
   * Writes a status that depends on what people have asked for in the meantime: `decide`
   * is given the Promotion on whose revision the status will be written. With `report`, the
   * event that tells of it is written with it.
   */
  async writeLast(
    decide: (current: Promotion) => PromotionStatus,
    report?: (written: Promotion) => Draft<KargoEvent>,
  ): Promise<void> {
    for (;;) {
      const status = decide(this.written);
      try {
        await untilAnswered(() => this.tryWrite(status, report), this.options);
        return;
      } catch (error) {
        if (!isConflictError(error)) {
          throw error;
        }
        const latest = await untilAnswered(() => this.reload(), this.options);
        const isStored = latest && isStatus(latest, status);
        if (!latest || !(isStored || isStatus(latest, this.written.status))) {
          throw error;
        }
        this.written = latest;
        if (isStored) {
          return;
        }
      }
    }
  }

  private reload(): Promise<Promotion | undefined> {
    return this.options.store.find(keyOf(this.written));
  }

  private async tryWrite(
    status: PromotionStatus,
    report?: (written: Promotion) => Draft<KargoEvent>,
  ): Promise<void> {
    const write = statusWrite(this.written, status, { guarded: true });
    if (write) {
      const [written] = await this.options.events.publishWith(
        [write],
        report ? [([promotion]) => report(promotion as Promotion)] : [],
      );
      this.written = written as Promotion;
    }
  }
}

function isStatus(
  { status = {} }: Promotion,
  other: PromotionStatus = {},
): boolean {
  return isEqualJson(asStored(status), asStored(other));
}
