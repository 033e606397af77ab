import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  formatKey,
  freightDiscoveredAt,
  freightUses,
  isPromotionTerminal,
  keyOf,
  KindMap,
  promotedFreight,
  Promotion,
  Resource,
  ResourceOf,
} from 'backstage-plugin-kargo-common';
import { isNotFoundError } from 'backstage-plugin-kargo-node';
import {
  createRetentionSieve,
  isTooYoung,
  RetentionCandidate,
  RetentionPolicy,
} from '../logic/retention/retentionSieve';
import { IndexedListOptions, IndexedStore } from '../ports/ResourceIndex';
import { listAll } from './listAll';
import { anyKey, KindIn } from '../ports/kinds';

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

/** One group of a kind: of these some are kept. */
interface Group<K extends KindIn<KindMap>> {
  kind: K;
  /** Oldest first. */
  members: Omit<IndexedListOptions, 'limit' | 'cursor'>;
  policy: RetentionPolicy;
  /** Since when it is there, epoch milliseconds. */
  since(member: ResourceOf<K>): number;
  /** Looks up who needs what, once the oldest member is old enough. */
  loadJudge(oldest: ResourceOf<K>): Promise<Judge<ResourceOf<K>>>;
}

type Judge<T> = (
  member: T,
) => Pick<RetentionCandidate, 'isInUse' | 'isProtected'>;

const LARGEST_PAGE = 100;

/** Deletes what may go, and remembers what it could not. */
class Collector {
  readonly #options: RetentionOptions;
  #failures = 0;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Reads as far as the sieve goes; garbage is one of what was read before. */
  async sift<K extends KindIn<KindMap>>(group: Group<K>): Promise<void> {
    const { nowMs, signal } = this.#options;
    const { policy } = group;
    const sieve = createRetentionSieve(policy, nowMs);
    const seen = new Map<string, ResourceOf<K>>();
    let judge: Judge<ResourceOf<K>> | undefined;
    for await (const member of this.#oldestFirst(group)) {
      signal.throwIfAborted();
      const { name } = member.metadata;
      const createdMs = group.since(member);
      if (!judge && isTooYoung(policy, createdMs, nowMs)) {
        return;
      }
      judge ??= await group.loadJudge(member);
      seen.set(name, member);
      const verdict = sieve({ name, createdMs, ...judge(member) });
      const garbage = seen.get(verdict.garbage ?? '');
      if (garbage) {
        seen.delete(garbage.metadata.name);
        await this.#delete(garbage);
      }
      if (verdict.isLast) {
        return;
      }
    }
  }

  /** One to judge the age of all by, then as many as are kept, then ever more. */
  async *#oldestFirst<K extends KindIn<KindMap>>({
    kind,
    members,
    policy: { maxRetained },
  }: Group<K>): AsyncIterable<ResourceOf<K>> {
    let limit = 1;
    let next = Math.max(maxRetained, 1);
    let cursor: string | undefined;
    do {
      const page = await this.#options.store.list(kind, {
        ...members,
        limit,
        ...(cursor && { cursor }),
      });
      yield* page.items;
      cursor = page.nextCursor;
      limit = Math.min(next, LARGEST_PAGE);
      next = limit * 2;
    } while (cursor);
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
 * kind; of those only the old end is read, and of one whose oldest member is too young that
 * alone. What cannot be deleted is told and does not stop the rest.
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
  { store, promotions }: RetentionOptions,
  collector: Collector,
): Promise<void> {
  const crowds = await store.listCrowds('Promotion', 'stage', {
    moreThan: promotions.maxRetained,
  });
  for (const { namespace, value } of crowds) {
    await collector.sift({
      kind: 'Promotion',
      members: {
        namespace,
        index: { name: 'stage', value },
        orderBy: 'createdAt',
      },
      policy: promotions,
      since: ({ metadata }) => Date.parse(metadata.creationTimestamp),
      async loadJudge() {
        const remembered = await rememberedPromotions(store, namespace, value);
        return ({ metadata, status }) => ({
          isInUse: !isPromotionTerminal(status?.phase),
          isProtected: remembered.has(metadata.name),
        });
      },
    });
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
  { store, freight }: RetentionOptions,
  collector: Collector,
): Promise<void> {
  const crowds = await store.listCrowds('Freight', 'origin', {
    moreThan: freight.maxRetained,
  });
  const usages = new Map<string, FreightUsage>();
  for (const { namespace, value } of crowds) {
    await collector.sift({
      kind: 'Freight',
      members: { namespace, index: { name: 'origin', value }, orderBy: 'age' },
      policy: freight,
      since: item => Date.parse(freightDiscoveredAt(item)),
      async loadJudge(oldest) {
        if (await isNeeded(store, oldest)) {
          // Nothing goes, and nobody else needs to be asked.
          return () => ({ isInUse: true, isProtected: false });
        }
        const usage =
          usages.get(namespace) ?? (await loadFreightUsage(store, namespace));
        usages.set(namespace, usage);
        return ({ metadata: { name } }) => ({
          isInUse: usage.inUse.has(name),
          isProtected: usage.inHistory.has(name),
        });
      },
    });
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
  { eventAgeMs }: RetentionOptions,
  collector: Collector,
): Promise<void> {
  await collector.sift({
    kind: 'Event',
    members: { orderBy: 'lastTimestamp' },
    policy: { maxRetained: 0, minAgeMs: eventAgeMs },
    since: event =>
      Date.parse(event.lastTimestamp ?? event.metadata.creationTimestamp),
    loadJudge: async () => () => ({ isInUse: false, isProtected: false }),
  });
}
