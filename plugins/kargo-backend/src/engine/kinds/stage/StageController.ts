import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  currentFreight,
  keyOf,
  Promotion,
  ResourceKey,
  Stage,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import { HealthChecker } from 'backstage-plugin-kargo-node';
import {
  asksForHealth,
  decideStage,
  followed,
  recordVerification,
} from '../../../logic/stage/decideStage';
import {
  StageDecision,
  StageEffect,
  StageSnapshot,
} from '../../../logic/stage/StageSnapshot';
import { recordReconcileError } from '../../../logic/stage/summarizeConditions';
import { EventSink } from '../../../ports/EventSink';
import { Ids } from '../../../ports/Ids';
import { PromotionCreator } from '../../../ports/PromotionCreator';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { Verifier } from '../../../ports/Verifier';
import { checkHealth } from '../../health/checkHealth';
import {
  Controller,
  ReconcileContext,
  Requeue,
  requeue,
} from '../../runtime/Controller';
import { writeStatus } from '../../writeStatus';
import { finalize } from '../finalize';
import { applyStageEffects, writeStageDecision } from './applyStageDecision';
import { cleanUpStage } from './cleanUpStage';
import { loadStage } from './loadStage';

/** What a Stage controller needs. */
export interface StageControllerOptions {
  store: IndexedStore;
  promotions: PromotionCreator;
  healthCheckers: ReadonlyMap<string, HealthChecker>;
  verifier: Verifier;
  events: EventSink;
  ids: Ids;
  logger: LoggerService;
}

/**
 * Looks after Stages: loads what a decision needs, decides, writes the status, then carries
 * out the effects.
 *
 * @remarks
 * A Stage is looked at when something it reads has changed, or at the time that the last
 * decision named: when Freight has soaked, or when health is to be asked again.
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
      cleanUpStage(this.options, stage, context),
    );
    if (ending) {
      return ending;
    }
    try {
      return await this.advance(stage, context);
    } catch (error) {
      await this.recordError(stage, toError(error), context);
      throw error;
    }
  }

  private async advance(
    stage: Stage,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const { store, ids } = this.options;
    const loaded = await loadStage(store, stage, {
      nowMs: context.nowMs,
      verificationId: ids.uuid(),
    });
    return this.decide(loaded, context);
  }

  private async decide(
    loaded: StageSnapshot,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const { stage } = loaded;
    const snapshot = await this.askForHealth(loaded, context);
    const decision = await this.askVerifier(
      snapshot,
      decideStage(snapshot, context),
      context,
    );
    const written = await writeStageDecision(
      this.options,
      stage,
      decision,
      context,
    );
    const { stage: latest, created } = await applyStageEffects(
      this.options,
      written,
      decision,
    );
    if (created.length > 0) {
      return this.acknowledge(
        created,
        decision,
        { ...snapshot, stage: latest },
        context,
      );
    }
    return decision.lookAgainAtMs === undefined
      ? requeue.never
      : requeue.after(Math.max(decision.lookAgainAtMs - context.nowMs, 0));
  }

  /**
   * Goes on with the Promotions that were just made, rather than when every Stage that waits for
   * the same Freight has been looked at. It ends here: no decision makes a second
   * Promotion while one has not ended. What was just read is read again only if the decision
   * has changed more of it: whoever wrote the Stage meanwhile fails the write of its status.
   */
  private async acknowledge(
    created: Promotion[],
    { effects }: StageDecision,
    snapshot: StageSnapshot,
    context: ReconcileContext,
  ): Promise<Requeue> {
    if (effects.every(effect => effect.kind === 'create-promotion')) {
      const promotions = [...created, ...snapshot.promotions];
      return this.decide({ ...snapshot, promotions }, context);
    }
    const key = keyOf(snapshot.stage);
    const stage = await this.options.store.find(key);
    return stage ? this.advance(stage, context) : requeue.never;
  }

  private async askForHealth(
    snapshot: StageSnapshot,
    { now, signal }: ReconcileContext,
  ): Promise<StageSnapshot> {
    return asksForHealth(snapshot, now)
      ? {
          ...snapshot,
          health: await checkHealth(
            this.options.healthCheckers,
            snapshot.stage,
            followed(snapshot, now),
            signal,
          ),
        }
      : snapshot;
  }

  /** What the verifier answers is part of the one status that is written. */
  private async askVerifier(
    snapshot: StageSnapshot,
    decision: StageDecision,
    context: ReconcileContext,
  ): Promise<StageDecision> {
    const entries = await Promise.all(
      decision.effects.map(effect =>
        this.verification(snapshot.stage, decision, effect, context),
      ),
    );
    return entries
      .filter(entry => entry !== undefined)
      .reduce(
        (current, entry) =>
          recordVerification(snapshot, current, entry, context),
        decision,
      );
  }

  private async verification(
    stage: Stage,
    { status }: StageDecision,
    effect: StageEffect,
    { now, signal }: ReconcileContext,
  ): Promise<VerificationInfo | undefined> {
    const { verifier } = this.options;
    if (effect.kind === 'drop-verification') {
      await verifier.abort({ ...effect, now }, { signal });
      return undefined;
    }
    const freight = currentFreight({ ...stage, status });
    if (!freight) {
      return undefined;
    }
    const request = { stage: { ...stage, status }, freight, now };
    switch (effect.kind) {
      case 'start-verification':
        return verifier.start({ ...request, ...effect }, { signal });
      case 'observe-verification':
        return verifier.observe({ ...request, ...effect }, { signal });
      case 'abort-verification':
        return verifier.abort({ ...request, ...effect }, { signal });
      default:
        return undefined;
    }
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
      const latest = await store.find({ ...keyOf(stage), kind: 'Stage' });
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
