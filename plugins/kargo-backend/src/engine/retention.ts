import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  formatKey,
  freightDiscoveredAt,
  freightUses,
  isPromotionTerminal,
  keyOf,
  promotedFreight,
  Promotion,
  Resource,
} from 'backstage-plugin-kargo-common';
import { isNotFoundError } from 'backstage-plugin-kargo-node';
import {
  createRetentionSieve,
  RetentionPolicy,
} from '../logic/retention/retentionSieve';
import { IndexedStore } from '../ports/ResourceIndex';
import { listAll } from './listAll';
import { anyKey } from '../ports/kinds';

/** What collecting garbage needs. */
export interface RetentionOptions {
  store: IndexedStore;
  logger: LoggerService;
  promotions: RetentionPolicy;
  freight: RetentionPolicy;
  /** Milliseconds that Events are kept. */
  eventAgeMs: number;
  nowMs: number;
  signal: AbortSignal;
  /** Keeps a Promotion in the audit log before it is deleted. */
  recordPromotion(promotion: Promotion): Promise<void>;
}

/** Freight of one project that may not go, by name. */
interface FreightUsage {
  /** In a Stage or on its way to one: what is newer stays too. */
  inUse: Set<string>;
  /** In a Stage's history. */
  inHistory: Set<string>;
}

/** Deletes what it is told to, and remembers what it could not. */
class Collector {
  readonly #options: RetentionOptions;
  #failures = 0;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Reads as far as the judge goes; garbage is one of what was read before. */
  async sift<T extends Resource>(
    members: AsyncIterable<T>,
    judge: (member: T) => ReturnType<ReturnType<typeof createRetentionSieve>>,
  ): Promise<void> {
    const seen = new Map<string, T>();
    for await (const member of members) {
      this.#options.signal.throwIfAborted();
      seen.set(member.metadata.name, member);
      const verdict = judge(member);
      if (verdict.kind === 'stop') {
        return;
      }
      const garbage = seen.get(verdict.garbage ?? '');
      if (garbage) {
        seen.delete(garbage.metadata.name);
        await this.#delete(garbage);
      }
    }
  }

  finish(): void {
    if (this.#failures > 0) {
      throw new Error(
        `${
          this.#failures
        } resources that are old enough could not be deleted; see the log above`,
      );
    }
  }

  async #delete(resource: Resource): Promise<void> {
    const { store, logger, recordPromotion } = this.#options;
    try {
      if (resource.kind === 'Freight' && (await isNeeded(store, resource))) {
        // Somebody promotes it since it was looked who uses what.
        return;
      }
      if (resource.kind === 'Promotion') {
        await recordPromotion(resource as Promotion);
      }
      await store.delete(anyKey(keyOf(resource)));
    } catch (error) {
      if (!isNotFoundError(error)) {
        this.#failures += 1;
        const key = formatKey(keyOf(resource));
        logger.error(`Failed to delete old ${key}`, toError(error));
      }
    }
  }
}

/**
 * Deletes old Promotions per Stage, old Freight per Warehouse and old Events.
 *
 * @remarks
 * The store names the groups that are larger than what is kept, in one statement for each
 * kind; of those only the old end is read. What cannot be deleted is told and does not
 * stop the rest.
 *
 * @throws Error when something could not be deleted.
 */
export async function collectGarbage(options: RetentionOptions): Promise<void> {
  const collector = new Collector(options);
  await collectPromotions(options, collector);
  await collectFreight(options, collector);
  await collectEvents(options, collector);
  collector.finish();
}

async function collectPromotions(
  { store, promotions, nowMs }: RetentionOptions,
  collector: Collector,
): Promise<void> {
  const crowds = await store.listCrowds('Promotion', 'stage', {
    moreThan: promotions.maxRetained,
  });
  for (const { namespace, value } of crowds) {
    const remembered = await rememberedPromotions(store, namespace, value);
    const sieve = createRetentionSieve(promotions, nowMs);
    await collector.sift(
      listAll(store, 'Promotion', {
        namespace,
        index: { name: 'stage', value },
        orderBy: 'createdAt',
      }),
      promotion =>
        sieve({
          name: promotion.metadata.name,
          createdMs: Date.parse(promotion.metadata.creationTimestamp),
          isInUse: !isPromotionTerminal(promotion.status?.phase),
          isProtected: remembered.has(promotion.metadata.name),
        }),
    );
  }
}

/** The Promotions that their Stage goes on from. */
async function rememberedPromotions(
  store: IndexedStore,
  namespace: string,
  name: string,
): Promise<Set<string>> {
  const stage = await store.find({ kind: 'Stage', namespace, name });
  const { currentPromotion, lastPromotion } = stage?.status ?? {};
  return new Set(
    [currentPromotion, lastPromotion].flatMap(reference =>
      reference ? [reference.name] : [],
    ),
  );
}

async function collectFreight(
  { store, freight, nowMs }: RetentionOptions,
  collector: Collector,
): Promise<void> {
  const crowds = await store.listCrowds('Freight', 'origin', {
    moreThan: freight.maxRetained,
  });
  const usages = new Map<string, FreightUsage>();
  for (const { namespace, value } of crowds) {
    const usage =
      usages.get(namespace) ?? (await loadFreightUsage(store, namespace));
    usages.set(namespace, usage);
    const sieve = createRetentionSieve(freight, nowMs);
    await collector.sift(
      listAll(store, 'Freight', {
        namespace,
        index: { name: 'origin', value },
        orderBy: 'age',
      }),
      item =>
        sieve({
          name: item.metadata.name,
          createdMs: Date.parse(freightDiscoveredAt(item)),
          isInUse: usage.inUse.has(item.metadata.name),
          isProtected: usage.inHistory.has(item.metadata.name),
        }),
    );
  }
}

/** Whether a Stage or a Promotion needs Freight now. */
async function isNeeded(
  store: IndexedStore,
  { metadata: { name, namespace } }: Resource,
): Promise<boolean> {
  const index = { name: 'neededFreight', value: name };
  const found = await Promise.all([
    store.list('Promotion', { namespace, index, limit: 1 }),
    store.list('Stage', { namespace, index, limit: 1 }),
  ]);
  return found.some(({ items }) => items.length > 0);
}

async function loadFreightUsage(
  store: IndexedStore,
  namespace: string,
): Promise<FreightUsage> {
  const usage: FreightUsage = { inUse: new Set(), inHistory: new Set() };
  for await (const stage of listAll(store, 'Stage', { namespace })) {
    for (const name of freightUses(stage).keys()) {
      usage.inUse.add(name);
    }
    for (const { items } of stage.status?.freightHistory ?? []) {
      Object.values(items).forEach(({ name }) => usage.inHistory.add(name));
    }
  }
  const unfinished = listAll(store, 'Promotion', {
    namespace,
    index: { name: 'unfinished', value: '' },
  });
  for await (const promotion of unfinished) {
    promotedFreight(promotion).forEach(name => usage.inUse.add(name));
  }
  return usage;
}

async function collectEvents(
  { store, eventAgeMs, nowMs }: RetentionOptions,
  collector: Collector,
): Promise<void> {
  const events = listAll(store, 'Event', {
    orderBy: 'lastTimestamp',
  });
  await collector.sift(events, event => {
    const last = event.lastTimestamp ?? event.metadata.creationTimestamp;
    return nowMs - Date.parse(last) > eventAgeMs
      ? { kind: 'read-on', garbage: event.metadata.name }
      : { kind: 'stop' };
  });
}
