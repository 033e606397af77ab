import { Promotion } from 'backstage-plugin-kargo-common';
import { promotionEvent } from '../../../logic/events';
import { toTimestamp } from '../../../logic/timestamps';
import { KindDeletion } from '../KindModule';

/** A Promotion may always go; that it was there stays among the Events of its project. */
export const promotionDeletion: KindDeletion<Promotion> = {
  announce(promotion, { actor }, { ids, clock }) {
    const { phase = 'Pending' } = promotion.status ?? {};
    const { freight, stage } = promotion.spec;
    return promotionEvent(
      'PromotionDeleted',
      promotion,
      undefined,
      {
        now: toTimestamp(clock.now()),
        id: ids.ulid(),
        component: 'api-server',
        actor,
      },
      {
        message: `Promotion of Freight '${freight}' to Stage '${stage}' (${phase}) deleted by ${actor}`,
      },
    );
  },
};
