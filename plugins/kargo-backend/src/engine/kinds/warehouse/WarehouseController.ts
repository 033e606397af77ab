import {
  Draft,
  Freight,
  LABELS,
  ResourceKey,
  Warehouse,
  WarehouseStatus,
} from 'backstage-plugin-kargo-common';
import { isConflictError } from 'backstage-plugin-kargo-node';
import { freightEvent } from '../../../logic/events';
import { freightDraft } from '../../../logic/warehouse/assembleFreight';
import {
  decideDiscovering,
  decideWarehouse,
  recordFreight,
} from '../../../logic/warehouse/decideWarehouse';
import {
  DiscoveryStatus,
  previousDiscoveries,
} from '../../../logic/warehouse/foldDiscovery';
import {
  discoveryDelay,
  DiscoveryReason,
  isDiscoveryDue,
  refreshToken,
} from '../../../logic/warehouse/isDiscoveryDue';
import { judgeCriteria } from '../../../logic/warehouse/judgeCriteria';
import { EventSink } from '../../../ports/EventSink';
import { Ids } from '../../../ports/Ids';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { AliasSource } from '../../admission/AliasSource';
import { arrivalTime } from '../../admission/arrivalTime';
import {
  Controller,
  ReconcileContext,
  Requeue,
  requeue,
} from '../../runtime/Controller';
import { EngineProgress } from '../../runtime/progress';
import { writeStatus } from '../../writeStatus';
import {
  SubscriptionReader,
  SubscriptionReaderOptions,
} from './SubscriptionReader';

/** What a Warehouse controller needs. */
export interface WarehouseControllerOptions extends SubscriptionReaderOptions {
  store: IndexedStore;
  events: EventSink;
  ids: Ids;
  aliases: AliasSource;
  progress: EngineProgress;
  /** Shortest interval between discoveries that the operator allows. */
  minimumIntervalMs: number;
}

/** A Warehouse as it is stored, and with the status that this pass has come to. */
interface WarehousePass {
  stored: Warehouse;
  warehouse: Warehouse;
}

/**
 * Discovers artifacts and makes Freight of them.
 *
 * @remarks
 * Subscriptions are asked side by side, each on its own: one that fails keeps its last
 * good result and is tried again with back-off, the others go on.
 */
export class WarehouseController implements Controller {
  readonly kind = 'Warehouse';

  static create(options: WarehouseControllerOptions): WarehouseController {
    return new WarehouseController(options);
  }

  private readonly reader: SubscriptionReader;

  private constructor(private readonly options: WarehouseControllerOptions) {
    this.reader = SubscriptionReader.create(options);
  }

  async reconcile(
    key: ResourceKey,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const { store } = this.options;
    const found = await store.find({ ...key, kind: 'Warehouse' });
    if (!found || found.metadata.deletionTimestamp) {
      return requeue.never;
    }
    const due = isDiscoveryDue(found, context.nowMs);
    const pass = due
      ? await this.discover(found, due, context)
      : { stored: found, warehouse: found };
    const current = await this.makeFreight(pass, context);
    return requeue.after(
      discoveryDelay(current, {
        minimumMs: this.options.minimumIntervalMs,
        nowMs: context.nowMs,
        random: this.options.random(),
      }),
    );
  }

  /** Asks what is due; the outcome is in the Warehouse's status and not written yet. */
  private async discover(
    warehouse: Warehouse,
    due: DiscoveryReason,
    context: ReconcileContext,
  ): Promise<WarehousePass> {
    const { store, progress } = this.options;
    const started = performance.now();
    const stopped = new AbortController();
    const announcing = writeStatus(
      store,
      warehouse,
      decideDiscovering(warehouse, context.now),
      { guarded: true },
    );
    announcing.catch(error => stopped.abort(error));
    const asking = this.askSubscriptions(warehouse, due, {
      ...context,
      signal: AbortSignal.any([context.signal, stopped.signal]),
    });
    // Neither is left to itself when the other fails.
    await Promise.allSettled([announcing, asking]);
    const [announced, discovered] = await Promise.all([announcing, asking]);
    const failed = discovered.subscriptionFailures?.length ?? 0;
    progress.discovered({
      durationMs: performance.now() - started,
      failed,
      total: warehouse.spec.subscriptions.length,
    });
    const token = refreshToken(warehouse);
    const {
      subscriptionFailures: _,
      considered: _considered,
      ...status
    } = announced.status ?? {};
    return {
      stored: announced,
      warehouse: {
        ...announced,
        status: {
          ...status,
          ...discovered,
          observedGeneration: warehouse.metadata.generation,
          ...(token && { lastHandledRefresh: token }),
        },
      },
    };
  }

  private async askSubscriptions(
    warehouse: Warehouse,
    due: DiscoveryReason,
    context: ReconcileContext,
  ): Promise<DiscoveryStatus> {
    const { subscriptions } = warehouse.spec;
    const previous = previousDiscoveries(subscriptions, warehouse.status);
    const reading = { ...context, force: due === 'refresh-requested' };
    const outcomes = await Promise.all(
      subscriptions.map((_, index) =>
        this.isKept(warehouse, index, due, context)
          ? { kind: 'kept' as const }
          : this.reader.read(warehouse, index, previous[index], reading),
      ),
    );
    context.signal.throwIfAborted();
    return this.reader.fold(warehouse, outcomes, context.now);
  }

  /** A pass that only retries what failed leaves the rest alone. */
  private isKept(
    warehouse: Warehouse,
    index: number,
    due: DiscoveryReason,
    { nowMs }: ReconcileContext,
  ): boolean {
    if (due !== 'retry-due') {
      return false;
    }
    const failure = warehouse.status?.subscriptionFailures?.find(
      candidate => candidate.index === index,
    );
    return !failure?.retryAt || Date.parse(failure.retryAt) > nowMs;
  }

  private async makeFreight(
    { stored, warehouse }: WarehousePass,
    context: ReconcileContext,
  ): Promise<Warehouse> {
    const write = (status: WarehouseStatus) =>
      writeStatus(this.options.store, stored, status, { guarded: false });
    try {
      return await write(await this.decide(warehouse, context));
    } catch (error) {
      // What was discovered is kept, so that the next attempt need not ask again.
      await write(warehouse.status ?? {});
      throw error;
    }
  }

  /** The status after what was discovered has become Freight, where it should. */
  private async decide(
    warehouse: Warehouse,
    context: ReconcileContext,
  ): Promise<WarehouseStatus> {
    const decision = decideWarehouse(
      warehouse,
      judgeCriteria(warehouse, context.nowMs),
      context.now,
    );
    return decision.freight
      ? recordFreight(
          warehouse,
          decision.status,
          {
            name: decision.freight.name,
            created: await this.ensureFreight(
              freightDraft(withoutName(decision.freight), {
                namespace: warehouse.metadata.namespace ?? '',
                name: decision.freight.name,
              }),
              context,
            ),
          },
          context.now,
        )
      : decision.status;
  }

  /** Creates Freight unless it exists; whether it was created. */
  private async ensureFreight(
    draft: Draft<Freight>,
    context: ReconcileContext,
  ): Promise<boolean> {
    const { store, events, ids, aliases } = this.options;
    const key = {
      kind: 'Freight' as const,
      namespace: draft.metadata.namespace ?? '',
      name: draft.metadata.name,
    };
    if (await store.find(key)) {
      return false;
    }
    const [alias, discoveredAt] = await Promise.all([
      aliases.draw(key.namespace),
      arrivalTime(store, key.namespace, draft.origin, context.nowMs),
    ]);
    try {
      const completed: Draft<Freight> = {
        ...draft,
        alias,
        discoveredAt,
        metadata: {
          ...draft.metadata,
          labels: { [LABELS.alias]: alias },
        },
      };
      await events.publishWith(
        [{ create: completed }],
        [
          ([created]) =>
            freightEvent('FreightCreated', created as Freight, '', {
              now: context.now,
              id: ids.ulid(),
              component: 'warehouse-controller',
              actor: `controller:${this.kind.toLowerCase()}-controller`,
            }),
        ],
      );
      return true;
    } catch (error) {
      // Somebody made the same Freight between the look and the write.
      if (isConflictError(error)) {
        return false;
      }
      throw error;
    }
  }
}

function withoutName<T extends { name: string }>({
  name: _,
  ...content
}: T): Omit<T, 'name'> {
  return content;
}
