import { Promotion } from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../../ports/Changes';
import { KindChange } from '../KindModule';

/** A Promotion in another phase, or gone, wakes its Stage. */
export function wakeByPromotion({
  before,
  after,
}: KindChange<Promotion>): Wakeup[] {
  const promotion = after ?? before;
  const isPhaseChange = before?.status?.phase !== after?.status?.phase;
  return promotion && isPhaseChange
    ? [
        {
          key: {
            kind: 'Stage',
            namespace: promotion.metadata.namespace ?? '',
            name: promotion.spec.stage,
          },
        },
      ]
    : [];
}
