import {
  Draft,
  Promotion,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { decideStage } from './decideStage';
import { Moment } from './StageSnapshot';

/** Whether a Stage may be free for a Promotion that is made now, as far as its status tells. */
export function seemsFree({ metadata, status }: Stage): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    // One that was never looked at says nothing of automation either.
    status?.autoPromotionEnabled !== undefined &&
    status.currentPromotion === undefined
  );
}

/**
 * The status with which a Stage that {@link seemsFree}, and has no Promotion that has not ended,
 * lets one run that is made in the same write; `undefined` where it has to verify first.
 *
 * @remarks
 * It is what the next look at the Stage would come to. What that reads besides does not matter
 * while a Promotion runs.
 */
export function acknowledgeNew(
  stage: Stage,
  { metadata, ...promotion }: Draft<Promotion>,
  moment: Moment,
): StageStatus | undefined {
  const made = {
    ...promotion,
    metadata: { ...metadata, creationTimestamp: moment.now },
  } as Promotion;
  const { status } = decideStage(
    {
      stage,
      promotions: [made],
      autoPromotionEnabled: stage.status?.autoPromotionEnabled ?? false,
      present: [],
      offered: {},
      verificationId: '',
    },
    moment,
  );
  return status.currentPromotion ? status : undefined;
}
