import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  ANNOTATIONS,
  ClusterPromotionTask,
  Draft,
  Freight,
  FreightOrigin,
  freightReference,
  FreightRequest,
  isControlFlow,
  isFreightAvailable,
  isPromotionTerminal,
  originKey,
  Promotion,
  PromotionStatus,
  PromotionTask,
  PromotionTaskReference,
  ResourceOf,
  Stage,
} from 'backstage-plugin-kargo-common';
import { isConflictError, REDACTED } from 'backstage-plugin-kargo-node';
import { inTurns } from '../../foreign/inTurns';
import { promotionEvent } from '../../logic/events';
import {
  buildPromotion,
  BuildPromotionInput,
  PromotionIntent,
  promotionIntent,
} from '../../logic/promotion/buildPromotion';
import { targetCollection } from '../../logic/promotion/decidePromotion';
import { LaterPromotion, planRetry } from '../../logic/promotion/planRetry';
import { laterUlid } from '../../logic/derivedNames';
import { acknowledgeNew, seemsFree } from '../../logic/stage/acknowledgeNew';
import { isAutoPromotionEnabled } from '../../logic/stage/promotionPolicy';
import { toTimestamp } from '../../logic/timestamps';
import { Clock } from '../../ports/Clock';
import { EventOfWrites, EventSink } from '../../ports/EventSink';
import { Ids } from '../../ports/Ids';
import { MadePromotion, PromotionCreator } from '../../ports/PromotionCreator';
import { Requester } from '../../ports/ResourceAdmission';
import { IndexedStore } from '../../ports/ResourceIndex';
import { selectCandidate } from '../../logic/stage/decideAutomation';
import { searchOffered } from '../kinds/stage/loadStage';
import { listAll } from '../listAll';
import { ifUnchanged, statusWrite } from '../writeStatus';

/** What making Promotions needs. */
export interface PromotionsOptions {
  store: IndexedStore;
  events: EventSink;
  ids: Ids;
  clock: Clock;
}

interface BuildOptions
  extends Pick<BuildPromotionInput, 'actor' | 'annotations' | 'labels'> {
  /** Whether somebody wants this Freight, whatever automation would choose. */
  isWanted?: boolean;
}

interface CreateOptions extends BuildOptions {
  eventActor: string;
  /** The Promotion that it goes on for. */
  retryOf?: Promotion;
}

/** A Promotion as it would be made. */
export interface PlannedPromotion {
  freight: Freight;
  promotion: Draft<Promotion>;
}

/** Makes Promotions for people and for automation, by one set of rules. */
export class Promotions implements PromotionCreator {
  static create(options: PromotionsOptions): Promotions {
    return new Promotions(options);
  }

  private constructor(private readonly options: PromotionsOptions) {}

  async createForAutomation(
    stage: Stage,
    freightName: string,
    actor: string,
  ): Promise<MadePromotion> {
    const freight = await this.getOf(stage.metadata, 'Freight', freightName);
    return this.create(stage, freight, { eventActor: actor });
  }

  /** A Promotion that somebody asked for; steps and name come from the Stage. */
  async createFromManifest(
    draft: Draft<Promotion>,
    requester: Requester,
  ): Promise<Promotion> {
    const { spec, metadata } = draft;
    const [stage, named] = await Promise.all([
      this.getOf(metadata, 'Stage', spec.stage),
      spec.freight ? this.getOf(metadata, 'Freight', spec.freight) : undefined,
    ]);
    const freight = named ?? (await this.resolveOrigin(stage, spec.origin!));
    return this.createAnyway(stage, freight, {
      actor: requester.actor,
      eventActor: requester.actor,
      isWanted: true,
      labels: metadata.labels,
      annotations: metadata.annotations,
    });
  }

  /** What promoting would create now; nothing is stored. */
  async plan(
    stage: Stage,
    { freight: name, origin }: Pick<Promotion['spec'], 'freight' | 'origin'>,
    requester: Requester,
  ): Promise<PlannedPromotion> {
    const freight = name
      ? await this.getOf(stage.metadata, 'Freight', name)
      : await this.resolveOrigin(stage, origin!);
    const promotion = await this.build(stage, freight, {
      actor: requester.actor,
    });
    return { freight, promotion };
  }

  async retry(failed: Promotion, requester: Requester): Promise<Promotion> {
    const { metadata, spec } = failed;
    const [stage, freight] = await Promise.all([
      this.getOf(metadata, 'Stage', spec.stage),
      this.getOf(metadata, 'Freight', spec.freight ?? ''),
    ]);
    return this.createAnyway(stage, freight, {
      actor: requester.actor,
      eventActor: requester.actor,
      isWanted: true,
      annotations: { [ANNOTATIONS.retryOf]: metadata.name },
      retryOf: failed,
    });
  }

  /** Makes it of the Stage as it is then, whoever has written that meanwhile: it may have lost its steps, or be gone. */
  private async createAnyway(
    stage: Stage,
    freight: Freight,
    options: CreateOptions,
  ): Promise<Promotion> {
    try {
      return (await this.create(stage, freight, options)).promotion;
    } catch (error) {
      if (!isConflictError(error)) {
        throw error;
      }
      const { metadata } = stage;
      const latest = await this.getOf(metadata, 'Stage', metadata.name);
      if (latest.metadata.resourceVersion === metadata.resourceVersion) {
        throw error;
      }
      return this.createAnyway(latest, freight, options);
    }
  }

  /** @throws ConflictError when anybody wrote the Stage since it was read */
  private async create(
    stage: Stage,
    freight: Freight,
    options: CreateOptions,
  ): Promise<MadePromotion> {
    const { events, ids, clock } = this.options;
    const [built, isFree] = await Promise.all([
      this.build(stage, freight, options),
      this.isFree(stage),
    ]);
    const { retryOf } = options;
    const nowMs = clock.now();
    const now = toTimestamp(nowMs);
    const plan =
      retryOf &&
      getRetryPlan(retryOf, built, {
        stage,
        freight,
        later: await this.listLater(retryOf, stage),
      });
    // Its Stage need not look up what it acknowledges.
    const status = { ...plan?.status, freight: freightReference(freight) };
    const announce: EventOfWrites = ([created]) =>
      promotionEvent(
        'PromotionCreated',
        created as Promotion,
        freight,
        {
          now,
          id: ids.ulid(),
          component: options.actor ? 'api-server' : 'stage-controller',
          actor: options.eventActor,
        },
        {
          message: `Promotion to Stage '${stage.metadata.name}' created${
            plan
              ? `, to go on for '${retryOf?.metadata.name}' from step "${plan.step}"`
              : ''
          }`,
        },
      );
    const acknowledged = isFree
      ? acknowledgeNew(stage, { ...built, status }, { now, nowMs })
      : undefined;
    const acknowledging =
      acknowledged && statusWrite(stage, acknowledged, { guarded: true });
    const draft: Draft<Promotion> = {
      ...built,
      // Unless it is acknowledged it waits for its Stage, which the write wakes.
      status: acknowledging ? status : { ...status, phase: 'Pending' },
    };
    const [promotion, latest] = await events.publishWith(
      [{ create: draft }, acknowledging ?? ifUnchanged(stage)],
      [announce],
    );
    return { promotion: promotion as Promotion, stage: latest as Stage };
  }

  /** Whether nothing of a Stage runs or waits to run. */
  private async isFree(stage: Stage): Promise<boolean> {
    if (!seemsFree(stage)) {
      return false;
    }
    const { items } = await this.options.store.list('Promotion', {
      namespace: stage.metadata.namespace,
      index: { name: 'active', value: stage.metadata.name },
      limit: 1,
    });
    return items.length === 0;
  }

  /** A Promotion that may be made, complete. */
  private async build(
    stage: Stage,
    freight: Freight,
    { isWanted = false, ...options }: BuildOptions,
  ): Promise<Draft<Promotion>> {
    const { ids, clock } = this.options;
    assertPromotable(stage);
    const availability = isFreightAvailable(stage, freight, clock.now());
    if (!availability.available) {
      throw new InputError(
        `Freight '${freight.metadata.name}' is not available to Stage '${stage.metadata.name}': ${availability.message}`,
      );
    }
    const [tasks, newest, intent] = await Promise.all([
      this.loadTasks(stage),
      this.newestName(stage),
      isWanted ? this.intentOf(stage, freight) : undefined,
    ]);
    return inTurns(
      buildPromotion({
        ...options,
        ...{ stage, freight, tasks, intent },
        ulid: laterUlid(ids.ulid(), newest),
      }),
    );
  }

  /** Whose name the next one must sort behind, whichever replica made it. */
  private async newestName(stage: Stage): Promise<string | undefined> {
    const { items } = await this.options.store.list('Promotion', {
      namespace: stage.metadata.namespace,
      index: { name: 'stage', value: stage.metadata.name },
      descending: true,
      limit: 1,
    });
    return items.at(0)?.metadata.name;
  }

  /**
   * What had or will have its turn between a Promotion that has ended and a new one. The last
   * that ended is known of the Stage, too: it may have been deleted since.
   */
  private async listLater(
    { metadata: { name, namespace } }: Promotion,
    stage: Stage,
  ): Promise<LaterPromotion[]> {
    const { lastPromotion: last } = stage.status ?? {};
    const later =
      last && last.name > name
        ? toLater(last.name, last.freight?.name, last.status)
        : [];
    const ofStage = listAll(this.options.store, 'Promotion', {
      namespace,
      index: { name: 'stage', value: stage.metadata.name },
      descending: true,
    });
    for await (const { metadata, spec, status } of ofStage) {
      if (metadata.name <= name) {
        break;
      }
      later.push(...toLater(metadata.name, spec.freight, status));
    }
    return later;
  }

  /** Whether automation stays off after this Promotion; nothing when it is off anyway. */
  private async intentOf(
    stage: Stage,
    freight: Freight,
  ): Promise<PromotionIntent | undefined> {
    const { store } = this.options;
    const project = stage.metadata.namespace ?? '';
    const config = await store.find({
      kind: 'ProjectConfig',
      namespace: project,
      name: project,
    });
    const request = this.requestOf(stage, freight.origin);
    if (!request || !isAutoPromotionEnabled(config, stage)) {
      return undefined;
    }
    const candidate = await this.findCandidate(stage, request);
    return promotionIntent(freight, candidate);
  }

  private async resolveOrigin(
    stage: Stage,
    origin: FreightOrigin,
  ): Promise<Freight> {
    const request = this.requestOf(stage, origin);
    if (!request) {
      throw new InputError(
        `Stage '${
          stage.metadata.name
        }' does not request Freight from ${originKey(origin)}`,
      );
    }
    const candidate = await this.findCandidate(stage, request);
    if (!candidate) {
      throw new InputError(
        `No Freight from ${originKey(origin)} is available to Stage '${
          stage.metadata.name
        }'`,
      );
    }
    return candidate;
  }

  /** What automation would promote now. */
  private async findCandidate(
    stage: Stage,
    request: FreightRequest,
  ): Promise<Freight | undefined> {
    const { store, clock } = this.options;
    const nowMs = clock.now();
    const offered = await searchOffered(store, stage, request, nowMs);
    return selectCandidate(stage, request, offered, nowMs);
  }

  private requestOf(stage: Stage, origin: FreightOrigin) {
    return stage.spec.requestedFreight.find(
      request => originKey(request.origin) === originKey(origin),
    );
  }

  private async getOf<K extends 'Freight' | 'Stage'>(
    { namespace = '' }: { namespace?: string },
    kind: K,
    name: string,
  ): Promise<ResourceOf<K>> {
    const found = await this.options.store.find({ kind, namespace, name });
    if (!found) {
      throw new NotFoundError(
        `${kind} '${name}' does not exist in project '${namespace}'`,
      );
    }
    return found;
  }

  /** Tasks that the template names. A missing one is reported when steps are made of it. */
  private async loadTasks(
    stage: Stage,
  ): Promise<Array<PromotionTask | ClusterPromotionTask>> {
    const steps = stage.spec.promotionTemplate?.spec.steps ?? [];
    const references = steps.flatMap(step => (step.task ? [step.task] : []));
    const tasks = await Promise.all(
      references.map(reference => this.findTask(stage, reference)),
    );
    return tasks.filter(task => task !== undefined);
  }

  private findTask(
    stage: Stage,
    reference: PromotionTaskReference,
  ): Promise<PromotionTask | ClusterPromotionTask | undefined> {
    const kind = reference.kind ?? 'PromotionTask';
    return this.options.store.find({
      kind,
      namespace: kind === 'PromotionTask' ? stage.metadata.namespace ?? '' : '',
      name: reference.name,
    });
  }
}

/** Nothing for one that ended before it began. */
function toLater(
  name: string,
  freight: string | undefined,
  { phase, freightCollection }: PromotionStatus = {},
): LaterPromotion[] {
  return freightCollection || !isPromotionTerminal(phase)
    ? [
        {
          name,
          ...(freight && { freight }),
          ...(freightCollection && { collectionId: freightCollection.id }),
        },
      ]
    : [];
}

/** @throws ConflictError that says why it cannot go on where the other failed */
function getRetryPlan(
  failed: Promotion,
  { spec }: Draft<Promotion>,
  {
    stage,
    freight,
    later,
  }: { stage: Stage; freight: Freight; later: LaterPromotion[] },
) {
  const { steps, vars } = spec as Promotion['spec'];
  const plan = planRetry({
    failed,
    later,
    planned: { steps, vars },
    collection: targetCollection(stage, freight),
    placeholder: REDACTED,
  });
  if (plan.kind === 'refuse') {
    throw new ConflictError(plan.message);
  }
  return plan;
}

function assertPromotable(stage: Stage): void {
  if (isControlFlow(stage)) {
    throw new InputError(
      `Stage '${stage.metadata.name}' defines no promotion steps; Freight passes through it without a Promotion`,
    );
  }
  if (stage.spec.targets) {
    throw new InputError(
      `Stage '${stage.metadata.name}' selects targets, which this server does not promote to; remove spec.targets to promote to the Stage itself`,
    );
  }
}
