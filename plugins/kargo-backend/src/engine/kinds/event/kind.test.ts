import { KargoEvent } from 'backstage-plugin-kargo-common';
import { promotionEvent } from '../../../logic/events';
import { aPromotion, metadataOf } from '../../../testing/resourceBuilders';
import { eventKind } from './kind';

const EARLY = '2026-01-01T00:00:00Z';
const LATE = '2026-01-01T00:00:01Z';

function anEvent(promotion: string, now: string, id: string): KargoEvent {
  const draft = promotionEvent(
    'PromotionCreated',
    aPromotion(promotion),
    undefined,
    { now, id, component: 'stage-controller' },
    { message: 'created' },
  );
  return {
    ...draft,
    metadata: { ...metadataOf(draft.metadata.name), ...draft.metadata },
  } as KargoEvent;
}

describe('what happened', () => {
  it.each<[string, KargoEvent, KargoEvent]>([
    ['by time', anEvent('b', EARLY, '2'), anEvent('a', LATE, '1')],
    [
      'within a second as it was told, whatever it is about',
      anEvent('b', EARLY, '1'),
      anEvent('a', EARLY, '2'),
    ],
    [
      'also about what has a dot in its name',
      anEvent('a.9', EARLY, '1'),
      anEvent('a.1', EARLY, '2'),
    ],
  ])('is sorted %s', (_, first, second) => {
    const [before, after] = [first, second].map(
      eventKind.sortKeys!.lastTimestamp as (event: KargoEvent) => string,
    );
    expect(before < after).toBe(true);
  });
});
