import {
  Draft,
  KargoEvent,
  keyOf,
  Promotion,
  PromotionStatus,
} from 'backstage-plugin-kargo-common';
import { isConflictError } from 'backstage-plugin-kargo-node';
import { isEqualJson } from '../../logic/mergePatch';
import { EventSink } from '../../ports/EventSink';
import { ResourceStore } from '../../ports/ResourceStore';
import { statusWrite } from '../writeStatus';

/**
 * Writes the status of one Promotion while its lease is ours.
 *
 * @remarks
 * Only this controller writes the status of Promotions, but anybody may write their
 * annotations. So a conflict is followed by a look: when the status is still what we wrote
 * last, the write is repeated on the new revision; when it is not, somebody else runs this
 * Promotion and we stop.
 */
export class StatusWriter {
  private written: Promotion;

  constructor(
    private readonly options: { store: ResourceStore; events: EventSink },
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
    try {
      await this.tryWrite(decide(this.written), report);
    } catch (error) {
      if (!isConflictError(error)) {
        throw error;
      }
      const latest = await this.reload();
      const isOurs =
        latest &&
        isEqualJson(
          toJson(latest.status ?? {}),
          toJson(this.written.status ?? {}),
        );
      if (!isOurs) {
        throw error;
      }
      this.written = latest;
      await this.tryWrite(decide(latest), report);
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

function toJson(status: PromotionStatus) {
  return JSON.parse(JSON.stringify(status));
}
