import { isPromotionTerminal, Promotion } from 'backstage-plugin-kargo-common';
import { isEqualJson } from '../../../logic/mergePatch';
import { waitingStatus } from '../../../logic/promotion/waitingStatus';
import { Wakeup } from '../../../ports/Changes';
import { KindChange } from '../KindModule';

/**
 * A Promotion in another phase, or gone, wakes its Stage, but not one that starts: the
 * Stage has let it, which may have been as it was made, without a phase. So does one that
 * waits for something else than before, which the Stage tells. One that is gone before it
 * ended wakes its own controller too: its steps may be running.
 */
export function wakeByPromotion({
  key,
  before,
  after,
}: KindChange<Promotion>): Wakeup[] {
  const promotion = after ?? before;
  const isPhaseChange =
    before?.status?.phase !== after?.status?.phase && !isStart(before, after);
  // In whatever phase: its Stage may name one that has none yet.
  const isGone = before !== undefined && after === undefined;
  const isLost = !after && !isPromotionTerminal(before?.status?.phase);
  const stage: Wakeup[] =
    promotion && (isPhaseChange || isGone || waitsForElse(before, after))
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
  return isLost ? [...stage, { key }] : stage;
}

function waitsForElse(
  before: Promotion | undefined,
  after: Promotion | undefined,
): boolean {
  return (
    before !== undefined &&
    after !== undefined &&
    !isEqualJson(waitingStatus(before), waitingStatus(after))
  );
}

/** Whether it starts, of which the Stage knows everything already that it records. */
function isStart(
  before: Promotion | undefined,
  after: Promotion | undefined,
): boolean {
  return (
    (before?.status?.phase ?? 'Pending') === 'Pending' &&
    before?.status?.freight !== undefined &&
    after?.status?.phase === 'Running'
  );
}
