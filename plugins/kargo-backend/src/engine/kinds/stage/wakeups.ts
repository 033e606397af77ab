import { isControlFlow, Stage } from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../../ports/Changes';
import { KindChange } from '../KindModule';
import { wakeProject } from '../project/wakeProject';

/**
 * A Promotion that was acknowledged may run; the Project counts healthy Stages. A Stage whose
 * automation is on from now on looks again: it heard nothing of Freight that became available
 * while the look that found this out was under way. What waits for a Stage that has lost its
 * steps, or runs for it, ends: it will never be acknowledged.
 */
export function wakeByStage(change: KindChange<Stage>): Wakeup[] {
  const { namespace } = change.key;
  const name = change.after?.status?.currentPromotion?.name;
  const previous = change.before?.status?.currentPromotion?.name;
  const acknowledged: Wakeup[] =
    name && name !== previous
      ? [{ key: { kind: 'Promotion', namespace, name } }]
      : [];
  const isAutomatedNow =
    change.before?.status?.autoPromotionEnabled === false &&
    change.after?.status?.autoPromotionEnabled === true;
  return [
    ...acknowledged,
    ...(isAutomatedNow ? [{ key: change.key }] : []),
    ...(hasLostSteps(change)
      ? [
          {
            kind: 'Promotion',
            namespace,
            index: { name: 'active', value: change.key.name },
          },
        ]
      : []),
    ...wakeProject(change),
  ];
}

function hasLostSteps({ before, after }: KindChange<Stage>): boolean {
  return !!before && !!after && !isControlFlow(before) && isControlFlow(after);
}
