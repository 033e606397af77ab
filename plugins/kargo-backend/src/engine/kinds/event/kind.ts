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
  sortKeys: { lastTimestamp: lastSeenAt },
  retention: eventRetention,
});
