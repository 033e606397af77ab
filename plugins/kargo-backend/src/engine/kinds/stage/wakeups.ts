import { Stage } from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../../ports/Changes';
import { KindChange } from '../KindModule';
import { wakeProject } from '../project/wakeProject';

/** A Promotion that was acknowledged may run; the Project counts healthy Stages. */
export function wakeByStage(change: KindChange<Stage>): Wakeup[] {
  const { namespace } = change.key;
  const name = change.after?.status?.currentPromotion?.name;
  const previous = change.before?.status?.currentPromotion?.name;
  const acknowledged: Wakeup[] =
    name && name !== previous
      ? [{ key: { kind: 'Promotion', namespace, name } }]
      : [];
  return [...acknowledged, ...wakeProject(change)];
}
