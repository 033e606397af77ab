import { Draft, KargoEvent, Resource } from 'backstage-plugin-kargo-common';
import { StoreWrite } from './ResourceStore';

/** An event of writes that it is recorded with: it may tell what they came to. */
export type EventOfWrites = (written: readonly Resource[]) => Draft<KargoEvent>;

/** Takes note of what happened: for the project's event list and for other plugins. */
export interface EventSink {
  /**
   * Makes writes together with the events that report them, and answers the written
   * resources in their order.
   *
   * @remarks An event that the store refuses, for its size for example, is left out: it
   * must not keep the work from being written.
   * @throws what `ResourceStore.write` throws because of the writes themselves
   */
  publishWith(
    writes: readonly StoreWrite[],
    events: readonly EventOfWrites[],
  ): Promise<Resource[]>;
}
