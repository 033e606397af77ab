import { KargoEvent } from 'backstage-plugin-kargo-common';
import { KindRetention } from '../KindModule';

/** Events go by their age alone. */
export const eventRetention: KindRetention<KargoEvent> = {
  policy: 'events',
  orderBy: 'lastTimestamp',
  since: lastSeenAt,
};

/** When it happened, or happened again. */
export function lastSeenAt(event: KargoEvent): string {
  return event.lastTimestamp ?? event.metadata.creationTimestamp;
}
