import { EventsService } from '@backstage/plugin-events-node';
import { KargoEvent } from 'backstage-plugin-kargo-common';
import { toCloudEvent } from '../logic/cloudEvent';

/** What other plugins subscribe to. */
const EVENTS_TOPIC = 'kargo';

/** Tells other plugins of events, by the portal's events service. */
export function announceEvents(
  events: EventsService,
): (event: KargoEvent) => Promise<void> {
  return async event => {
    const told = toCloudEvent(event);
    await events.publish({
      topic: EVENTS_TOPIC,
      eventPayload: told,
      metadata: { type: told.type, kind: told.kind },
    });
  };
}
