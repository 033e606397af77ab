import { keyOf, Promotion, Stage } from 'backstage-plugin-kargo-common';
import { isNotFoundError } from 'backstage-plugin-kargo-node';
import { promotionEvent } from '../../../logic/events';
import { EventSink } from '../../../ports/EventSink';
import { Ids } from '../../../ports/Ids';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { listAll } from '../../listAll';
import { STAGE_ACTOR } from './applyStageDecision';

/** What discarding Promotions needs. */
export interface DiscardOptions {
  store: IndexedStore;
  events: EventSink;
  ids: Ids;
}

/**
 * Removes the Promotions of a deleted Stage that never began, and tells of each: somebody
 * asked for them, and nobody will run them. What has begun goes with the Stage.
 */
export async function discardPromotions(
  { store, events, ids }: DiscardOptions,
  stage: Stage,
  { now }: { now: string },
): Promise<void> {
  const { name, namespace = '' } = stage.metadata;
  const waiting = listAll(store, 'Promotion', {
    namespace,
    index: { name: 'active', value: name },
  });
  for await (const promotion of waiting) {
    if (promotion.status?.startedAt) {
      continue;
    }
    const freight = await store.find({
      kind: 'Freight',
      namespace,
      name: promotion.spec.freight ?? '',
    });
    const report = (discarded: Promotion) =>
      promotionEvent(
        'PromotionDiscarded',
        discarded,
        freight,
        {
          now,
          id: ids.ulid(),
          component: 'stage-controller',
          actor: STAGE_ACTOR,
        },
        {
          message: `Promotion discarded: Stage '${name}' was deleted before it began`,
        },
      );
    await events
      .publishWith(
        [{ delete: { key: keyOf(promotion) } }],
        [([discarded]) => report(discarded as Promotion)],
      )
      .catch(ignoreNotFound);
  }
}

/** Somebody may delete it at the same time, and tells of that. */
function ignoreNotFound(error: unknown): void {
  if (!isNotFoundError(error)) {
    throw error;
  }
}
