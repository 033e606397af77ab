import { KargoEvent } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';
import { eventRetention, lastSeenAt } from './retention';

/** An Event: what happened, written by Kargo alone. */
export const eventKind = defineKind<KargoEvent>({
  kind: 'Event',
  indexes: {
    involvedObject: ({ involvedObject: about }) =>
      about ? [`${about.kind}/${about.name}`] : [],
  },
  sortKeys: { lastTimestamp: orderKey },
  retention: eventRetention,
});

/** Of one second, what was told first comes first: names end with an id that says so. */
function orderKey(event: KargoEvent): string {
  const { name } = event.metadata;
  return `${lastSeenAt(event)}|${name.slice(name.lastIndexOf('.') + 1)}`;
}
