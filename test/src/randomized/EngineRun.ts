import { setImmediate } from 'node:timers/promises';
import {
  ANNOTATIONS,
  currentFreight,
  isPromotionTerminal,
  type Freight,
  type Promotion,
} from 'backstage-plugin-kargo-common';
import {
  EngineHarness,
  type EngineHarnessOptions,
  noopStep,
} from 'backstage-plugin-kargo-backend/src/testing/EngineHarness';
import { StoreExplanations } from 'backstage-plugin-kargo-backend/src/engine/explanations/StoreExplanations';
import { judgeCriteria } from 'backstage-plugin-kargo-backend/src/logic/warehouse/judgeCriteria';
import { type ScenarioDatabase } from 'backstage-plugin-kargo-backend/src/testing/ScenarioDatabase';
import { ScriptedMetrics } from 'backstage-plugin-kargo-backend/src/testing/ScriptedMetrics';
import { type ScriptedStep } from 'backstage-plugin-kargo-backend/src/testing/ScriptedStep';
import { pipelineManifests, IMAGE, PROJECT } from './manifests';
import {
  type Operation,
  type Pipeline,
  type StageName,
  STAGES,
} from './operations';
import type { FreightView, StageView, View } from './ReferenceModel';
import { RememberedReads } from './RememberedReads';

const ACTOR = { actor: 'user:default/tester' };
/** So long that a step that waits is asked again only when somebody asks. */
const FOREVER_MS = 365 * 24 * 3_600_000;

/** What an engine may be made to do wrong. */
export type Mistake = Pick<EngineHarnessOptions, 'wakeups'>;

/** A real engine to which operations happen. */
export class EngineRun {
  readonly #metrics = new ScriptedMetrics();
  readonly #blocked = new Set<string>();
  readonly #broken = new Set<string>();
  /** Promotions whose step found its Stage broken. */
  readonly #doomed = new Set<string>();
  /** How often a step acted, by Promotion. */
  readonly #effects = new Map<string, number>();
  /** Names of Freight by number. */
  readonly #freight: string[] = [];
  #harness!: EngineHarness;
  /** What is read to compare, once the engine rests. */
  #reads!: RememberedReads;
  #explanations!: StoreExplanations;
  #crashIn?: number;
  #crashes = 0;

  /** @param mistake - what the engine does otherwise than it must */
  static async start(
    pipeline: Pipeline,
    database: ScenarioDatabase,
    mistake: Mistake = {},
  ): Promise<EngineRun> {
    const run = new EngineRun();
    const step = run.#deployStep();
    const { provider } = run.#metrics;
    await database.clear();
    run.#harness = await EngineHarness.create({
      knex: database.knex,
      steps: [step],
      metricProviders: [provider],
      ...mistake,
    });
    const { store, clock } = run.#harness;
    run.#reads = RememberedReads.create(store, database.knex);
    run.#explanations = StoreExplanations.create({
      store: run.#reads.store,
      clock,
      installation: {
        steps: new Map([[step.id, step.config]]),
        metricProviders: new Map([[provider.id, provider]]),
      },
      judgeCriteria: warehouse => judgeCriteria(warehouse, clock.now()),
      minimumIntervalMs: 0,
    });
    await run.#harness.apply(pipelineManifests(pipeline));
    await run.#harness.settle();
    return run;
  }

  async stop(): Promise<void> {
    await this.#harness.stop({ keepDatabase: true });
  }

  /** Warnings and errors that the engine wrote since this was last asked. */
  takeLog(): string[] {
    return this.#harness.log.splice(0);
  }

  /** Whether it was allowed. */
  async apply(operation: Operation): Promise<boolean> {
    let isAllowed = true;
    try {
      isAllowed = await this.#act(operation);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      isAllowed = false;
    }
    if (operation.do !== 'crash' && this.#crashIn !== undefined) {
      await this.#crash(this.#crashIn);
    }
    await this.#harness.settle();
    return isAllowed;
  }

  /** Moves the time by each of these, in milliseconds. */
  async advance(moments: readonly number[]): Promise<void> {
    for (const moment of moments) {
      await this.#harness.advance(moment);
    }
  }

  /** Promotions of which more became than may: by how often they acted. */
  actedTooOften(): Array<[string, number]> {
    return [...this.#effects].filter(([, times]) => times > 1 + this.#crashes);
  }

  async view(): Promise<View> {
    await this.#reads.renew();
    const { items: freight } = await this.#reads.store.list('Freight');
    const { items: promotions } = await this.#reads.store.list('Promotion');
    const stages = {} as Record<StageName, StageView>;
    for (const name of STAGES) {
      stages[name] = await this.#viewStage(
        name,
        freight,
        promotions
          .filter(({ spec }) => spec.stage === name)
          .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
      );
    }
    return {
      stages,
      freight: Object.fromEntries(
        freight.map(item => [this.#numberOf(item.metadata.name), viewOf(item)]),
      ) as Record<number, FreightView>,
    };
  }

  async #act(operation: Operation): Promise<boolean> {
    const harness = this.#harness;
    switch (operation.do) {
      case 'publish':
        return this.#publish();
      case 'promote':
        await harness.promote(
          operation.stage,
          this.#freight[operation.freight] ?? 'none',
        );
        return true;
      case 'approve':
        await harness.store.patchStatus(
          this.#key('Freight', this.#freight[operation.freight] ?? 'none'),
          { approvedFor: { [operation.stage]: {} } },
        );
        return true;
      case 'break':
        this.#broken.add(operation.stage);
        return true;
      case 'block':
        this.#blocked.add(operation.stage);
        return true;
      case 'unblock':
        this.#blocked.delete(operation.stage);
        for (const { metadata } of await this.#open(operation.stage)) {
          await harness.refresh('Promotion', metadata.name);
        }
        return true;
      case 'abort':
      case 'delete-promotion':
        return this.#end(operation);
      case 'answer':
        return this.#answer(operation.stage, operation.ok);
      case 'verify-again':
      case 'abort-verification':
        return this.#askOfVerification(operation);
      case 'delete-freight':
        return this.#deleteFreight(operation.freight);
      case 'replica':
        await harness.changeReplicas();
        return true;
      case 'crash':
        this.#crashIn = operation.turns;
        return true;
      default:
        throw new Error(`${operation.do} is not for apply`);
    }
  }

  async #publish(): Promise<boolean> {
    const tag = `1.${this.#freight.length}.0`;
    this.#harness.publish(IMAGE, tag);
    await this.#harness.refresh('Warehouse', 'web');
    await this.#harness.until(async () => {
      const made = (await this.#harness.list('Freight')).find(
        ({ images }) => images?.[0].tag === tag,
      );
      if (made) this.#freight.push(made.metadata.name);
      return made !== undefined;
    });
    return true;
  }

  async #end(operation: {
    do: string;
    stage: StageName;
    last: boolean;
  }): Promise<boolean> {
    const open = await this.#open(operation.stage);
    const promotion = operation.last ? open.at(-1) : open[0];
    if (!promotion) return false;
    const key = this.#key('Promotion', promotion.metadata.name);
    if (operation.do === 'abort') {
      await this.#harness.store.patch(key, {
        metadata: { annotations: { [ANNOTATIONS.abort]: 'terminate' } },
      });
    } else {
      await this.#harness.admission.delete(key, ACTOR);
    }
    return true;
  }

  async #answer(stage: StageName, ok: boolean): Promise<boolean> {
    const newest = await this.#newestVerification(stage);
    if (newest?.phase !== 'Running') return false;
    // Once: what is verified next waits again.
    this.#metrics.answers[`smoke-${stage}`] = [ok ? 1 : 9, 'waiting'];
    await this.#harness.queue.markDue([
      { key: this.#key('AnalysisRun', newest.analysisRun!.name) },
    ]);
    return true;
  }

  async #askOfVerification(operation: {
    do: string;
    stage: StageName;
  }): Promise<boolean> {
    const newest = await this.#newestVerification(operation.stage);
    const isAgain = operation.do === 'verify-again';
    if (!newest || isAgain === (newest.phase === 'Running')) return false;
    const annotation = isAgain ? ANNOTATIONS.reverify : ANNOTATIONS.abort;
    await this.#harness.store.patch(this.#key('Stage', operation.stage), {
      metadata: { annotations: { [annotation]: newest.id } },
    });
    return true;
  }

  async #deleteFreight(number: number): Promise<boolean> {
    // The newest is what the Warehouse would make again.
    if (number >= this.#freight.length - 1) return false;
    await this.#harness.admission.delete(
      this.#key('Freight', this.#freight[number]),
      ACTOR,
    );
    return true;
  }

  async #crash(turns: number): Promise<void> {
    this.#crashIn = undefined;
    this.#crashes += 1;
    for (let turn = 0; turn < turns; turn++) {
      await setImmediate();
    }
    await this.#harness.restart();
  }

  async #viewStage(
    name: StageName,
    freight: Freight[],
    promotions: Promotion[],
  ): Promise<StageView> {
    const explanations = this.#explanations;
    const stage = await this.#reads.store.get(this.#key('Stage', name));
    const current = currentFreight(stage);
    const held = current?.items['Warehouse/web']?.name;
    const hold = stage.status?.autoPromotionHolds?.['Warehouse/web'];
    const why: Record<number, string[]> = {};
    for (const item of freight) {
      const { reasons } = await explanations.ofFreight(stage, item);
      why[this.#numberOf(item.metadata.name)] = reasons.map(({ code }) => code);
    }
    return {
      holds: held === undefined ? undefined : this.#numberOf(held),
      hold: hold && this.#numberOf(hold.freightName ?? ''),
      verifications: (current?.verificationHistory ?? []).map(
        ({ phase = '' }) => phase,
      ),
      promotions: await Promise.all(
        promotions.map(async promotion => ({
          freight: this.#numberOf(promotion.spec.freight ?? ''),
          phase: promotion.status?.phase ?? '',
          why: (
            await explanations.ofPromotion(promotion)
          ).reasons.map(({ code }) => code),
        })),
      ),
      why,
    };
  }

  async #open(stage: StageName): Promise<Promotion[]> {
    return (await this.#harness.list('Promotion'))
      .filter(
        ({ spec, status }) =>
          spec.stage === stage && !isPromotionTerminal(status?.phase),
      )
      .sort((a, b) =>
        rank(a) === rank(b)
          ? Number(a.metadata.name > b.metadata.name) * 2 - 1
          : rank(a) - rank(b),
      );
  }

  async #newestVerification(name: StageName) {
    const stage = await this.#harness.get('Stage', name);
    return currentFreight(stage)?.verificationHistory?.[0];
  }

  #numberOf(name: string): number {
    return this.#freight.indexOf(name);
  }

  #key<K extends 'Freight' | 'Promotion' | 'Stage' | 'AnalysisRun'>(
    kind: K,
    name: string,
  ) {
    return { kind, namespace: PROJECT, name };
  }

  /** The step of every Stage: waits where that is blocked, fails once where it is broken, and acts. */
  #deployStep(): ScriptedStep['step'] {
    const run: ScriptedStep['step']['run'] = async (
      _,
      { stage, promotion },
    ) => {
      if (this.#blocked.has(stage)) {
        const reason = 'the Stage is blocked';
        return { kind: 'waiting', reason, checkAgainInMs: FOREVER_MS };
      }
      this.#effects.set(promotion, (this.#effects.get(promotion) ?? 0) + 1);
      if (this.#broken.delete(stage)) this.#doomed.add(promotion);
      return this.#doomed.has(promotion)
        ? { kind: 'failed', reason: 'the Stage is broken', final: true }
        : { kind: 'succeeded' };
    };
    return {
      ...noopStep,
      id: 'deploy',
      needs: ['files'],
      run,
    } as ScriptedStep['step'];
  }
}

function viewOf({ status = {} }: Freight): FreightView {
  return {
    verifiedIn: Object.keys(status.verifiedIn ?? {}).sort(),
    currentlyIn: Object.keys(status.currentlyIn ?? {}).sort(),
    approvedFor: Object.keys(status.approvedFor ?? {}).sort(),
  };
}

function rank({ status }: Promotion): number {
  return status?.phase === 'Running' ? 0 : 1;
}

const REFUSALS = [
  'InputError',
  'NotFoundError',
  'ConflictError',
  'InvalidResourceError',
  'NotAllowedError',
];

/** Whether the rules, not a fault, stand against something. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.includes(error.name);
}
