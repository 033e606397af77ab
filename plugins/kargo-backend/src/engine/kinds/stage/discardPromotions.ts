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
    if (promotion.status?.startedAt || !(await remove(store, promotion))) {
      continue;
    }
    const freight = await store.find({
      kind: 'Freight',
      namespace,
      name: promotion.spec.freight ?? '',
    });
    await events.publish(
      promotionEvent(
        'PromotionDiscarded',
        promotion,
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
      ),
    );
  }
}

/** @returns whether it was there; somebody may delete it at the same time. */
async function remove(
  store: IndexedStore,
  promotion: Promotion,
): Promise<boolean> {
  try {
    await store.delete(keyOf(promotion));
    return true;
  } catch (error) {
    if (isNotFoundError(error)) {
      return false;
    }
    throw error;
  }
}
