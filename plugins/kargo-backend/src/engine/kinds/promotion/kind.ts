import {
  ANNOTATIONS,
  isPromotionTerminal,
  promotedFreight,
  Promotion,
} from 'backstage-plugin-kargo-common';
import { awaitedPullRequests } from '../../../logic/webhooks/awaitedPullRequests';
import { completeCapabilities } from '../../promotion/completeCapabilities';
import { ControllerServices, defineKind } from '../KindModule';
import { refreshRequest } from '../shared/refreshRequest';
import { promotionAdmission } from './admission';
import { attemptOf } from './attemptOf';
import { promotionDeletion } from './deletion';
import { PromotionController } from './PromotionController';
import { promotionRetention } from './retention';
import { wakeByPromotion } from './wakeups';

/** A Promotion: one run of a Stage's steps with a piece of Freight. */
export const promotionKind = defineKind<Promotion>({
  kind: 'Promotion',
  admission: promotionAdmission,
  deletion: promotionDeletion,
  retention: promotionRetention,
  indexes: {
    stage: promotion => [promotion.spec.stage],
    unfinished: promotion => (isUnfinished(promotion) ? [''] : []),
    active: promotion =>
      isUnfinished(promotion) ? [promotion.spec.stage] : [],
    neededFreight: promotedFreight,
    attempt: ({ spec: { stage, freight = '' } }) => [attemptOf(stage, freight)],
    awaitedPullRequest: awaitedPullRequests,
  },
  sortKeys: { createdAt: promotion => promotion.metadata.creationTimestamp },
  wakeOthers: wakeByPromotion,
  controller: {
    pool: 'promotions',
    create: createController,
    // One that has ended never moves again.
    sweep: { name: 'unfinished', value: '' },
    requests: { ...refreshRequest, [ANNOTATIONS.abort]: value => value },
    // It has nothing to do until its Stage acknowledges it.
    isIdle: promotion => promotion.status?.phase === 'Pending',
  },
});

function isUnfinished(promotion: Promotion): boolean {
  return !isPromotionTerminal(promotion.status?.phase);
}

function createController(services: ControllerServices): PromotionController {
  return PromotionController.create({
    ...services,
    capabilities: completeCapabilities(services),
  });
}
