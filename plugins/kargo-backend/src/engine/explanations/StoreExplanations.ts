import {
  Explanation,
  Freight,
  isControlFlow,
  originKey,
  Promotion,
  Reason,
  Stage,
  tellReason,
  ToldReason,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { decidePromotion } from '../../logic/promotion/decidePromotion';
import {
  explainFreight,
  explainOrigins,
} from '../../logic/stage/decideAutomation';
import { explainPassage } from '../../logic/stage/decideControlFlow';
import { decideStage } from '../../logic/stage/decideStage';
import { StageSnapshot } from '../../logic/stage/StageSnapshot';
import { toTimestamp } from '../../logic/timestamps';
import {
  CriteriaVerdict,
  decideWarehouse,
} from '../../logic/warehouse/decideWarehouse';
import { Installation } from '../../logic/admission/Installation';
import { Clock } from '../../ports/Clock';
import { Explanations } from '../../ports/Explanations';
import { IndexedStore } from '../../ports/ResourceIndex';
import { findLacks } from '../admission/findLacks';
import { loadTarget } from '../kinds/promotion/loadTarget';
import { loadPromotions, loadStage } from '../kinds/stage/loadStage';

/** What explaining needs. */
export interface ExplanationsOptions {
  store: IndexedStore;
  clock: Clock;
  installation: Installation;
  /** What the Freight creation criteria say about what a Warehouse has discovered. */
  judgeCriteria: (warehouse: Warehouse) => CriteriaVerdict;
  /** Shortest interval between discoveries that the operator allows. */
  minimumIntervalMs: number;
}

/** Explains from the store. */
export class StoreExplanations implements Explanations {
  static create(options: ExplanationsOptions): StoreExplanations {
    return new StoreExplanations(options);
  }

  private constructor(private readonly options: ExplanationsOptions) {}

  async ofStage(stage: Stage): Promise<Explanation> {
    const [{ decision, snapshot, moment }, newest, lacks] = await Promise.all([
      this.decide(stage),
      this.newestOfOrigins(stage),
      this.lacksOf(stage),
    ]);
    const origins = isControlFlow(stage)
      ? Object.entries(newest).flatMap(([origin, freight]): Reason[] =>
          freight
            ? explainPassage(stage, freight, moment.nowMs)
            : [{ code: 'no-freight', origin }],
        )
      : explainOrigins(
          automationOf(snapshot, decision.status),
          newest,
          moment.nowMs,
        );
    return tell(
      [
        ...lacks,
        ...decision.reasons,
        // Which Freight is on its way the Stage as a whole says already.
        ...origins.filter(({ code }) => code !== 'being-promoted'),
      ],
      decision.lookAgainAtMs,
    );
  }

  async ofFreight(stage: Stage, freight: Freight): Promise<Explanation> {
    const [{ decision, snapshot, moment }, lacks] = await Promise.all([
      this.decide(stage),
      this.lacksOf(stage),
    ]);
    const reasons = isControlFlow(stage)
      ? explainPassage(stage, freight, moment.nowMs)
      : explainFreight(
          automationOf(snapshot, decision.status),
          freight,
          moment.nowMs,
        );
    return tell([...lacks, ...reasons], decision.lookAgainAtMs);
  }

  async ofPromotion(promotion: Promotion): Promise<Explanation> {
    const { store, clock } = this.options;
    const [stage, freight] = await loadTarget(store, promotion);
    const queue = stage ? await loadPromotions(store, stage) : [];
    const { reasons } = decidePromotion(
      { promotion, stage, freight, queue },
      clock.now(),
    );
    return tell(reasons);
  }

  async ofWarehouse(warehouse: Warehouse): Promise<Explanation> {
    const { clock, judgeCriteria, minimumIntervalMs } = this.options;
    const decision = decideWarehouse(
      warehouse,
      judgeCriteria(warehouse),
      toTimestamp(clock.now()),
      minimumIntervalMs,
    );
    return tell(decision.reasons);
  }

  /** Told before the first Promotion fails of it: what is asked for is known at any time. */
  private async lacksOf(stage: Stage): Promise<Reason[]> {
    const { store, installation } = this.options;
    const lacks = await findLacks(stage, store, installation);
    return lacks.map(error => ({ code: 'will-fail', error }));
  }

  private async decide(stage: Stage) {
    const { store, clock } = this.options;
    const nowMs = clock.now();
    const moment = { nowMs, now: toTimestamp(nowMs) };
    const snapshot = await loadStage(store, stage, {
      nowMs,
      // Nothing of the decision is written.
      verificationId: '',
      toExplain: true,
    });
    return { snapshot, moment, decision: decideStage(snapshot, moment) };
  }

  private async newestOfOrigins(
    stage: Stage,
  ): Promise<Record<string, Freight | undefined>> {
    const found = await Promise.all(
      stage.spec.requestedFreight.map(async ({ origin }) => {
        const { items } = await this.options.store.list('Freight', {
          namespace: stage.metadata.namespace,
          index: { name: 'origin', value: originKey(origin) },
          orderBy: 'age',
          descending: true,
          limit: 1,
        });
        return [originKey(origin), items.at(0)] as const;
      }),
    );
    return Object.fromEntries(found);
  }
}

function automationOf(snapshot: StageSnapshot, status: Stage['status']) {
  return {
    ...snapshot,
    status: status ?? {},
    holds: status?.effectiveAutoPromotionHolds,
  };
}

const URGENCY: Record<ToldReason['tone'], number> = {
  problem: 0,
  waiting: 1,
  done: 2,
};

/** In their order, but what is done comes last and trouble first. */
function tell(reasons: Reason[], lookAgainAtMs?: number): Explanation {
  return {
    reasons: reasons
      .map(tellReason)
      .sort((a, b) => URGENCY[a.tone] - URGENCY[b.tone]),
    ...(lookAgainAtMs !== undefined && {
      lookAgainAt: new Date(lookAgainAtMs).toISOString(),
    }),
  };
}
