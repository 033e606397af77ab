import { Draft, KargoEvent } from 'backstage-plugin-kargo-common';

/** Takes note of what happened: for the project's event list and for other plugins. */
export interface EventSink {
  /** Never throws: an event that cannot be written must not undo the work it reports. */
  publish(event: Draft<KargoEvent>): Promise<void>;
}
