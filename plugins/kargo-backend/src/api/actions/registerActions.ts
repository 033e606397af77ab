import { ActionOptions } from './ActionOptions';
import { createAbortPromotionAction } from './createAbortPromotionAction';
import { createApproveFreightAction } from './createApproveFreightAction';
import { createExplainWaitingAction } from './createExplainWaitingAction';
import { createGetPipelineAction } from './createGetPipelineAction';
import { createGetPromotionAction } from './createGetPromotionAction';
import { createListFreightAction } from './createListFreightAction';
import { createListProjectsAction } from './createListProjectsAction';
import { createListPromotionsAction } from './createListPromotionsAction';
import { createPlanPromotionAction } from './createPlanPromotionAction';
import { createPromoteFreightAction } from './createPromoteFreightAction';
import { createRefreshWarehouseAction } from './createRefreshWarehouseAction';

/**
 * Offers operations of the API as actions of the portal, for clients of the Model
 * Context Protocol and for software templates.
 */
export function registerActions(options: ActionOptions): void {
  createListProjectsAction(options);
  createGetPipelineAction(options);
  createListFreightAction(options);
  createExplainWaitingAction(options);
  createListPromotionsAction(options);
  createGetPromotionAction(options);
  createPlanPromotionAction(options);
  createPromoteFreightAction(options);
  createApproveFreightAction(options);
  createAbortPromotionAction(options);
  createRefreshWarehouseAction(options);
}
