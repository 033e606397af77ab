import { ConflictError } from '@backstage/errors';
import {
  Draft,
  Freight,
  LABELS,
  ResourceKey,
  Subscription,
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
import { WarehouseChoice } from '../../../logic/warehouse/explainWarehouse';
import {
  DiscoveryStatus,
  previousDiscoveries,
} from '../../../logic/warehouse/foldDiscovery';
import {
  discoveryDelay,
  DiscoveryReason,
  isCured,
  isDiscoveryDue,
  isRetryDue,
  refreshToken,
} from '../../../logic/warehouse/isDiscoveryDue';
import { judgeCriteria } from '../../../logic/warehouse/judgeCriteria';
import { EventSink } from '../../../ports/EventSink';
import { Ids } from '../../../ports/Ids';
import { CredentialVersions } from '../../../ports/CredentialVersions';
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
import {
  ifUnchanged,
  statusWrite,
  whileStatusStays,
  writeStatus,
} from '../../writeStatus';
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
  credentialVersions: CredentialVersions;
  /** Shortest interval between discoveries that the operator allows. */
  minimumIntervalMs: number;
}

/** A Warehouse as it is stored, and with the status that this pass has come to. */
interface WarehousePass {
  stored: Warehouse;
  warehouse: Warehouse;
}

/** A look at subscriptions. */
interface DiscoveryPass extends ReconcileContext {
  due: DiscoveryReason;
  /** Of each the version of the credentials that it is asked with, where they are known. */
  credentials?: readonly string[];
}

/** Freight that is to be made, with its name. */
type MadeFreight = NonNullable<WarehouseChoice['freight']>;

/** When Freight is made, and the status that tells whether it was. */
interface FreightRecording extends Pick<ReconcileContext, 'now' | 'nowMs'> {
  tell(created: boolean): WarehouseStatus;
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
    const credentials = await this.possibleCure(found);
    const { nowMs } = context;
    const due = isDiscoveryDue(found, { nowMs, credentials });
    const pass = due
      ? await this.discover(found, { ...context, due, credentials })
      : { stored: found, warehouse: found };
    const current = await this.makeFreight(pass, context);
    // What was written while it was asked has woken nobody: there was no failure yet.
    const written = due && (await this.possibleCure(current));
    const { subscriptionFailures = [] } = current.status ?? {};
    if (subscriptionFailures.some(failure => isCured(failure, written))) {
      return requeue.now;
    }
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
    pass: DiscoveryPass,
  ): Promise<WarehousePass> {
    const { store, progress } = this.options;
    const started = performance.now();
    const stopped = new AbortController();
    const announcing = writeStatus(
      store,
      warehouse,
      decideDiscovering(warehouse, pass.now),
      { guarded: true },
    );
    announcing.catch(error => stopped.abort(error));
    const asking = this.askSubscriptions(warehouse, {
      ...pass,
      signal: AbortSignal.any([pass.signal, stopped.signal]),
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
    pass: DiscoveryPass,
  ): Promise<DiscoveryStatus> {
    // Before anything is asked: what is written meanwhile counts as other ones.
    const credentials =
      pass.credentials ?? (await this.credentialsOf(warehouse));
    const { subscriptions } = warehouse.spec;
    const previous = previousDiscoveries(subscriptions, warehouse.status);
    const reading = { ...pass, force: pass.due === 'refresh-requested' };
    const outcomes = await Promise.all(
      subscriptions.map((_, index) =>
        this.isKept(warehouse, index, { ...pass, credentials })
          ? { kind: 'kept' as const }
          : this.reader.read(warehouse, index, previous[index], reading),
      ),
    );
    pass.signal.throwIfAborted();
    const { now } = pass;
    return this.reader.fold(warehouse, { outcomes, now, credentials });
  }

  /**
   * A pass that only retries what failed leaves the rest alone, and the interval what failed and
   * waits for its time, which its host may have named.
   */
  private isKept(
    warehouse: Warehouse,
    index: number,
    { due, ...moment }: DiscoveryPass,
  ): boolean {
    if (due !== 'retry-due' && due !== 'interval-elapsed') {
      return false;
    }
    const failure = warehouse.status?.subscriptionFailures?.find(
      candidate => candidate.index === index,
    );
    return failure?.retryAt
      ? !isRetryDue(failure, moment)
      : due === 'retry-due';
  }

  /** Credentials other than those that something failed with may help, whoever wrote them. */
  private async possibleCure(
    warehouse: Warehouse,
  ): Promise<string[] | undefined> {
    return warehouse.status?.subscriptionFailures
      ? this.credentialsOf(warehouse, { isFresh: true })
      : undefined;
  }

  /** `undefined` when nobody can tell: what looks up credentials says what is wrong with them. */
  private async credentialsOf(
    { metadata: { namespace = '' }, spec }: Warehouse,
    options: { isFresh?: boolean } = {},
  ): Promise<string[] | undefined> {
    try {
      return await this.options.credentialVersions.versionsOf(
        namespace,
        spec.subscriptions.map(credentialURL),
        options,
      );
    } catch {
      return undefined;
    }
  }

  private async makeFreight(
    pass: WarehousePass,
    context: ReconcileContext,
  ): Promise<Warehouse> {
    const { warehouse } = pass;
    try {
      const { status, freight } = decideWarehouse(
        warehouse,
        judgeCriteria(warehouse, context.nowMs),
        context.now,
      );
      return await this.record(pass, latest =>
        freight
          ? this.recordFreight(latest, freight, {
              ...context,
              tell: created =>
                recordFreight(
                  warehouse,
                  status,
                  { name: freight.name, created },
                  context.now,
                ),
            })
          : this.write(latest, status),
      );
    } catch (error) {
      if (!isConflictError(error)) {
        // What was discovered is kept, so that the next attempt need not ask again.
        await this.record(pass, latest =>
          this.write(latest, warehouse.status ?? {}),
        );
      }
      throw error;
    }
  }

  /** @throws ConflictError when another replica has looked since, which may have found more */
  private async record(
    { stored }: WarehousePass,
    write: (latest: Warehouse) => Promise<Warehouse>,
  ): Promise<Warehouse> {
    const written = await whileStatusStays(this.options.store, stored, write);
    if (!written) {
      throw new ConflictError(
        `Warehouse '${stored.metadata.name}' was looked at meanwhile, or is gone`,
      );
    }
    return written;
  }

  private write(
    latest: Warehouse,
    status: WarehouseStatus,
  ): Promise<Warehouse> {
    return writeStatus(this.options.store, latest, status, { guarded: true });
  }

  /**
   * Makes Freight unless it exists, and writes which of both.
   *
   * @throws ConflictError also when somebody makes the same Freight between the look and the write
   */
  private async recordFreight(
    latest: Warehouse,
    { name, ...content }: MadeFreight,
    { tell, now, nowMs }: FreightRecording,
  ): Promise<Warehouse> {
    const { store, events, ids, aliases } = this.options;
    const { namespace = '' } = latest.metadata;
    if (await store.find({ kind: 'Freight', namespace, name })) {
      return this.write(latest, tell(false));
    }
    const draft = freightDraft(content, { namespace, name });
    const [alias, discoveredAt] = await Promise.all([
      aliases.draw(namespace),
      arrivalTime(store, namespace, draft.origin, nowMs),
    ]);
    const completed: Draft<Freight> = {
      ...draft,
      alias,
      discoveredAt,
      metadata: {
        ...draft.metadata,
        labels: { [LABELS.alias]: alias },
      },
    };
    const [written] = await events.publishWith(
      [
        statusWrite(latest, tell(true), { guarded: true }) ??
          ifUnchanged(latest),
        { create: completed },
      ],
      [
        ([, created]) =>
          freightEvent('FreightCreated', created as Freight, '', {
            now,
            id: ids.ulid(),
            component: 'warehouse-controller',
            actor: `controller:${this.kind.toLowerCase()}-controller`,
          }),
      ],
    );
    return written as Warehouse;
  }
}

/** The repository that credentials are looked up for; those of extensions may look up any. */
function credentialURL({ git, image, chart }: Subscription) {
  return (git ?? image ?? chart)?.repoURL;
}
