import {
  currentFreight,
  durationToMilliseconds,
  findCondition,
  isControlFlow,
  type Promotion,
  type Stage,
  type Warehouse,
} from 'backstage-plugin-kargo-common';
import { ApiProgram, type WireResource } from '../../scenarios/ApiProgram';
import { type PipelineSet } from './findSets';

/** How far the pipelines of a set came. */
export interface SetOutcome {
  readonly set: PipelineSet;
  /** Names of the Stages that hold Freight of every origin, Healthy and Verified. */
  readonly done: readonly string[];
  /** All others, with what each waits for. */
  readonly open: readonly string[];
}

const ENDED = ['Succeeded', 'Failed', 'Errored', 'Aborted'];
const UNVERIFIED = ['Failed', 'Error', 'Inconclusive'];
/** How long nothing may change before a set counts as stuck. */
const PATIENCE_MS = 90_000;

/** One set in a portal, and the person who promotes what nothing promotes by itself. */
export class SetRun {
  outcome?: SetOutcome;
  /** Milliseconds that the Stages which come next still have to wait, when that is all. */
  soakMs?: number;
  #stages: Stage[] = [];
  #problem?: string;
  #seen = '';
  #changedAt = Date.now();
  readonly #tried = new Set<string>();

  constructor(
    readonly set: PipelineSet,
    private readonly api: ApiProgram,
    /** Creates Secrets for repositories that the set has none for. */
    private readonly credentials: string,
  ) {}

  /** Applies the set. */
  async begin(): Promise<void> {
    try {
      await this.api.create(this.set.text);
      if (this.credentials) await this.api.create(this.credentials);
    } catch (error) {
      this.#problem = (error as Error).message;
    }
  }

  /** Looks, does what a person would do next, and notices the end. */
  async advance(): Promise<void> {
    if (this.#problem) {
      this.outcome = { set: this.set, done: [], open: [this.#problem] };
      return;
    }
    const { items } = await this.#get<{ items: Stage[] }>('/stages');
    this.#stages = items;
    this.#notice(JSON.stringify(items.map(({ status }) => status)));
    const waiting = items.filter(stage => !this.#isDone(stage));
    const isOver =
      waiting.length === 0 ||
      waiting.some(isStopped) ||
      Date.now() - this.#changedAt > PATIENCE_MS;
    if (isOver) {
      this.outcome = {
        set: this.set,
        done: items.filter(each => this.#isDone(each)).map(nameOf),
        // Those that stopped are the reason of the others.
        open: await Promise.all(
          [...waiting]
            .sort((a, b) => Number(isStopped(b)) - Number(isStopped(a)))
            .map(stage => this.#tell(stage)),
        ),
      };
      return;
    }
    this.soakMs = Math.max(0, ...waiting.map(stage => this.#soakOf(stage)));
    // It waits for the other sets, too, before the clock is set.
    if (this.soakMs > 0) this.#changedAt = Date.now();
    for (const stage of waiting) await this.#promoteByHand(stage);
  }

  /** Looks again at the Stages that waited for time to pass. */
  async refresh(): Promise<void> {
    this.#changedAt = Date.now();
    const waiting = this.#stages.filter(stage => this.#soakOf(stage) > 0);
    for (const { metadata } of waiting) {
      const path = `${this.#path}/stages/${metadata.name}/refresh`;
      await this.api.call('POST', path);
    }
  }

  /** Has the Promotions that run look again, as a host does by a webhook. */
  async refreshPromotions(): Promise<void> {
    const running = this.#stages.flatMap(
      ({ status }) => status?.currentPromotion ?? [],
    );
    for (const { name } of running) {
      const path = `${this.#path}/promotions/${name}/refresh`;
      await this.api.call('POST', path);
    }
  }

  get #path(): string {
    return `/projects/${this.set.project}`;
  }

  #get<T>(path: string): Promise<T> {
    return this.api.get<T>(`${this.#path}${path}`);
  }

  #notice(state: string): void {
    if (state === this.#seen) return;
    this.#seen = state;
    this.#changedAt = Date.now();
  }

  #isDone(stage: Stage): boolean {
    // What only lets Freight through has nothing of its own to show.
    if (isControlFlow(stage)) return true;
    const held = currentFreight(stage)?.items ?? {};
    return (
      stage.spec.requestedFreight.every(
        ({ origin }) => held[`${origin.kind}/${origin.name}`] !== undefined,
      ) &&
      ['Healthy', 'Verified'].every(
        type => findCondition(stage.status, type)?.status === 'True',
      )
    );
  }

  /** What a Stage has to wait for in milliseconds when its Freight is ripening only. */
  #soakOf(stage: Stage): number {
    if (currentFreight(stage) || stage.status?.currentPromotion) return 0;
    const soaks = stage.spec.requestedFreight.map(({ sources }) => {
      const above = this.#stages.filter(({ metadata }) =>
        sources.stages?.includes(metadata.name),
      );
      return above.length > 0 && above.every(each => this.#isDone(each))
        ? durationToMilliseconds(sources.requiredSoakTime ?? '0s')
        : 0;
    });
    return Math.max(0, ...soaks);
  }

  async #promoteByHand(stage: Stage): Promise<void> {
    const { autoPromotionEnabled, currentPromotion } = stage.status ?? {};
    if (autoPromotionEnabled || currentPromotion || isControlFlow(stage))
      return;
    const name = nameOf(stage);
    const { groups } = await this.#get<{
      groups: Record<string, { items: WireResource[] }>;
    }>(`/freight?stage=${name}`);
    const held = Object.values(currentFreight(stage)?.items ?? {});
    const next = Object.values(groups)
      .flatMap(group => group.items)
      .find(
        ({ metadata }) =>
          !this.#tried.has(`${name}/${metadata.name}`) &&
          !held.some(freight => freight.name === metadata.name),
      );
    if (!next) return;
    this.#tried.add(`${name}/${next.metadata.name}`);
    await this.api.promote(this.set.project, name, next.metadata.name);
  }

  /** What a Stage that is not done waits for, in one line. */
  async #tell(stage: Stage): Promise<string> {
    const { status } = stage;
    const promotion = status?.currentPromotion ?? status?.lastPromotion;
    if (!promotion)
      return `${nameOf(stage)}: ${await this.#tellOrigins(stage)}`;
    const { status: at } = await this.#get<Promotion>(
      `/promotions/${promotion.name}`,
    );
    if (at?.phase !== 'Succeeded') {
      return `${nameOf(stage)}: Promotion ${promotion.name} is ${at?.phase}: ${
        at?.message
      }`;
    }
    const conditions = ['Healthy', 'Verified']
      .map(type => findCondition(status, type))
      .filter(condition => condition?.status !== 'True')
      .map(condition => `${condition?.reason}: ${condition?.message}`);
    return `${nameOf(stage)}: ${
      conditions.join('; ') || 'Freight of another origin is missing'
    }`;
  }

  async #tellOrigins(stage: Stage): Promise<string> {
    const told = stage.spec.requestedFreight.map(
      async ({ origin, sources }) => {
        if (!sources.direct) {
          return `no Freight was promoted from ${sources.stages?.join(', ')}`;
        }
        const warehouse = await this.#get<Warehouse>(
          `/warehouses/${origin.name}`,
        );
        const ready = findCondition(warehouse.status, 'Ready');
        return `nothing was promoted; Warehouse ${origin.name}: ${ready?.message}`;
      },
    );
    return (await Promise.all(told)).join('; ');
  }
}

function nameOf({ metadata }: Stage): string {
  return metadata.name;
}

/** Whether a Stage came to an end that is none to be waited for. */
function isStopped({ status }: Stage): boolean {
  if (status?.currentPromotion) return false;
  const { phase = '' } = status?.lastPromotion?.status ?? {};
  const [verification] = status?.freightHistory?.[0]?.verificationHistory ?? [];
  return (
    (ENDED.includes(phase) && phase !== 'Succeeded') ||
    UNVERIFIED.includes(verification?.phase ?? '')
  );
}
