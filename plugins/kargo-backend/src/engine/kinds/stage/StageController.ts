import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  currentFreight,
  isControlFlow,
  isVerificationTerminal,
  keyOf,
  originKey,
  Promotion,
  ResourceKey,
  Stage,
  StageStatus,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import { HealthChecker } from 'backstage-plugin-kargo-node';
import { setCondition } from '../../../logic/conditions';
import { decideAutoPromotion } from '../../../logic/stage/decideAutoPromotion';
import { healthCondition, planHealth } from '../../../logic/stage/decideHealth';
import {
  decideVerification,
  pushVerification,
  verifiedCondition,
} from '../../../logic/stage/decideVerification';
import {
  effectiveHolds,
  followPromotions,
} from '../../../logic/stage/followPromotions';
import { isAutoPromotionEnabled } from '../../../logic/stage/promotionPolicy';
import {
  recordReconcileError,
  summarizeConditions,
} from '../../../logic/stage/summarizeConditions';
import { EventSink } from '../../../ports/EventSink';
import { Ids } from '../../../ports/Ids';
import { PromotionCreator } from '../../../ports/PromotionCreator';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { finalize } from '../finalize';
import { findCandidate } from './candidates';
import {
  Controller,
  ReconcileContext,
  Requeue,
  requeue,
} from '../../runtime/Controller';
import { checkHealth } from '../../health/checkHealth';
import { writeStatus } from '../../writeStatus';
import { cleanUpStage, passThrough } from './controlFlow';
import { STAGE_ACTOR, updateFreight } from './stageFreight';

const REQUEUE_MS = 300_000;
/** How long a Stage looks at running Promotions' names; ended ones beyond it are history. */
const PROMOTIONS_READ = 50;

/** What a Stage controller needs. */
export interface StageControllerOptions {
  store: IndexedStore;
  promotions: PromotionCreator;
  healthCheckers: ReadonlyMap<string, HealthChecker>;
  events: EventSink;
  ids: Ids;
  logger: LoggerService;
}

/** What one reconcile of a Stage works on; `status` moves from phase to phase. */
interface StagePass {
  stage: Stage;
  status: StageStatus;
  promotions: Promotion[];
  lookAgainNow: boolean;
  ended: VerificationInfo[];
}

/**
 * Follows a Stage's Promotions, its Freight, health and verification, and promotes
 * automatically where the policy says so.
 *
 * @remarks
 * Phases, each on the status of the one before: follow Promotions → occupancy → health →
 * verification → verified Freight → holds → automation. The status is written once, then
 * the effects on Freight and Promotions; every effect is found again by the next pass if a
 * crash comes between.
 */
export class StageController implements Controller {
  readonly kind = 'Stage';

  static create(options: StageControllerOptions): StageController {
    return new StageController(options);
  }

  private constructor(private readonly options: StageControllerOptions) {}

  async reconcile(
    key: ResourceKey,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const { store } = this.options;
    const stage = await store.find({ ...key, kind: 'Stage' });
    if (!stage) {
      return requeue.never;
    }
    const ending = await finalize(store, stage, () =>
      cleanUpStage(store, stage),
    );
    if (ending) {
      return ending;
    }
    if (isControlFlow(stage)) {
      return passThrough(this.options, stage, context);
    }
    try {
      return await this.reconcileRegular(stage, context);
    } catch (error) {
      await this.recordError(stage, toError(error), context);
      throw error;
    }
  }

  private async reconcileRegular(
    stage: Stage,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const pass = await this.follow(stage, context);
    await this.assessHealth(pass, context);
    this.verify(pass, context);
    const requeueMs = await this.applyPass(pass, context);
    return requeue.after(requeueMs);
  }

  /** Phase 1: Promotions that ended are recorded, the next one is acknowledged. */
  private async follow(
    stage: Stage,
    context: ReconcileContext,
  ): Promise<StagePass> {
    const { store } = this.options;
    const project = stage.metadata.namespace ?? '';
    const [promotions, config] = await Promise.all([
      this.listPromotions(stage),
      store.find({
        kind: 'ProjectConfig',
        namespace: project,
        name: project,
      }),
    ]);
    const followed = followPromotions(
      stage,
      promotions,
      isAutoPromotionEnabled(config, stage),
      context.now,
    );
    const token = stage.metadata.annotations?.['kargo.akuity.io/refresh'];
    return {
      stage,
      promotions,
      status: {
        ...followed.status,
        ...(token && { lastHandledRefresh: token }),
      },
      lookAgainNow: followed.lookAgainNow,
      ended: [],
    };
  }

  /** The Promotions that can still matter: all active ones and the newest that ended. */
  private async listPromotions(stage: Stage): Promise<Promotion[]> {
    const { store } = this.options;
    const namespace = stage.metadata.namespace;
    const value = stage.metadata.name;
    const newest = await store.list('Promotion', {
      namespace,
      index: { name: 'stage', value },
      descending: true,
      limit: PROMOTIONS_READ,
    });
    if (!newest.nextCursor) {
      return newest.items;
    }
    const current = stage.status?.currentPromotion?.name;
    const [active, acknowledged] = await Promise.all([
      store.list('Promotion', {
        namespace,
        index: { name: 'active', value },
      }),
      // It may have ended while many more queued up behind it.
      store.list('Promotion', {
        namespace,
        names: current ? [current] : [],
      }),
    ]);
    const byName = new Map(
      [...newest.items, ...active.items, ...acknowledged.items].map(
        promotion => [promotion.metadata.name, promotion],
      ),
    );
    return [...byName.values()];
  }

  /** Phase 3: health, by the checks that the last Promotion recorded. */
  private async assessHealth(
    pass: StagePass,
    context: ReconcileContext,
  ): Promise<void> {
    const plan = planHealth(pass.status);
    const health =
      plan.kind === 'known'
        ? plan.health
        : await checkHealth(
            this.options.healthCheckers,
            pass.stage,
            pass.status,
            context.signal,
          );
    const condition =
      plan.kind === 'known' ? plan.condition : healthCondition(health!);
    pass.status = {
      ...pass.status,
      health,
      conditions: setCondition(pass.status.conditions, condition, context.now),
    };
  }

  /** Phase 4: verification of what is there. */
  private verify(pass: StagePass, context: ReconcileContext): void {
    const decision = decideVerification(pass.stage, pass.status);
    const entry = this.verificationEntry(decision, context);
    if (entry) {
      pass.status = pushVerification(pass.status, entry);
      if (isVerificationTerminal(entry.phase)) {
        pass.ended.push(entry);
      }
    }
    const current = currentFreight({ ...pass.stage, status: pass.status });
    pass.status = {
      ...pass.status,
      conditions: setCondition(
        pass.status.conditions,
        verifiedCondition(current),
        context.now,
      ),
    };
    const isRunning = current?.verificationHistory?.some(
      known => !isVerificationTerminal(known.phase),
    );
    if (isRunning) {
      pass.lookAgainNow = false;
    }
  }

  private verificationEntry(
    decision: ReturnType<typeof decideVerification>,
    context: ReconcileContext,
  ): VerificationInfo | undefined {
    const { ids } = this.options;
    switch (decision.kind) {
      case 'succeed-implicitly':
        return {
          id: ids.uuid(),
          startTime: context.now,
          finishTime: context.now,
          phase: 'Successful',
        };
      case 'start':
        return {
          id: ids.uuid(),
          startTime: context.now,
          finishTime: context.now,
          phase: 'Error',
          ...(decision.request?.actor && { actor: decision.request.actor }),
          message:
            'This installation cannot run analysis templates; remove `verification` from the Stage or approve the Freight for the Stages that wait for it',
        };
      case 'abort':
        return {
          ...decision.entry,
          phase: 'Failed',
          message: 'Verification aborted by user',
          finishTime: context.now,
          ...(decision.request.actor && { actor: decision.request.actor }),
        };
      default:
        return undefined;
    }
  }

  /** Writes the status and carries out what follows from it; returns when to look again. */
  private async applyPass(
    pass: StagePass,
    context: ReconcileContext,
  ): Promise<number> {
    const { store } = this.options;
    const holds = effectiveHolds(pass.stage, pass.status, pass.promotions);
    const status = summarizeConditions(
      pass.stage,
      { ...pass.status, effectiveAutoPromotionHolds: holds },
      context.now,
    );
    const stage = await writeStatus(store, pass.stage, status, {
      guarded: true,
    });
    await updateFreight(this.options, pass, context);
    const soakMs = await this.promoteAutomatically(
      { ...pass, stage, status },
      context,
    );
    return pass.lookAgainNow ? 0 : Math.min(REQUEUE_MS, soakMs);
  }

  /** Phase 7: automation. Returns the milliseconds until soaking could change the answer. */
  private async promoteAutomatically(
    pass: StagePass,
    context: ReconcileContext,
  ): Promise<number> {
    const { stage, status } = pass;
    if (!status.autoPromotionEnabled) {
      return Infinity;
    }
    const found = await Promise.all(
      stage.spec.requestedFreight.map(async request => ({
        origin: originKey(request.origin),
        ...(await findCandidate(
          this.options.store,
          stage,
          request,
          context.nowMs,
        )),
      })),
    );
    const choices = decideAutoPromotion({
      stage,
      status,
      holds: status.effectiveAutoPromotionHolds,
      candidates: Object.fromEntries(
        found.map(({ origin, candidate }) => [origin, candidate]),
      ),
      promotions: pass.promotions,
    });
    for (const choice of choices) {
      if (choice.reason === 'promote' && choice.freight) {
        await this.options.promotions.createForAutomation(
          stage,
          choice.freight,
          STAGE_ACTOR,
        );
      }
    }
    return Math.min(
      ...found.map(({ availableAtMs }) =>
        availableAtMs === undefined
          ? Infinity
          : Math.max(availableAtMs - context.nowMs, 0) + 1,
      ),
    );
  }

  /** Best effort: the error is thrown on anyway and retried with back-off. */
  private async recordError(
    stage: Stage,
    error: Error,
    context: ReconcileContext,
  ): Promise<void> {
    if (error.name === 'ConflictError' || context.signal.aborted) {
      return;
    }
    const { store, logger } = this.options;
    try {
      const latest = await store.find(keyOf(stage));
      if (latest) {
        await writeStatus(
          store,
          latest,
          recordReconcileError(latest, error.message, context.now),
          { guarded: true },
        );
      }
    } catch (cause) {
      logger.warn('Failed to record a reconcile error', toError(cause));
    }
  }
}
