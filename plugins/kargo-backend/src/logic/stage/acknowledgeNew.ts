import {
  Draft,
  Promotion,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { decideStage } from './decideStage';
import { decideVerification } from './decideVerification';
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
 * lets one run that is made in the same write; `undefined` where it has to verify first, or may
 * begin to.
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
  if (mayBeginToVerify(stage)) {
    return undefined;
  }
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

/**
 * Whether a look that is under way may find that what is there is healthy, and begin to verify
 * it: nobody would look at what that comes to if a Promotion were acknowledged meanwhile.
 */
function mayBeginToVerify(stage: Stage): boolean {
  const healthy: StageStatus = {
    ...stage.status,
    health: { status: 'Healthy' },
  };
  return decideVerification(stage, healthy).kind === 'start';
}
