import {
  freightDiscoveredAt,
  isPromotionTerminal,
  keyOf,
  originKey,
  Resource,
  Stage,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { isNotFoundError } from 'backstage-plugin-kargo-node';
import {
  decideGarbage,
  RetentionPolicy,
} from '../logic/retention/decideGarbage';
import { IndexedStore } from '../ports/ResourceIndex';
import { listAll } from './listAll';

/** What collecting garbage needs. */
export interface RetentionOptions {
  store: IndexedStore;
  promotions: RetentionPolicy;
  freight: RetentionPolicy;
  /** Milliseconds that Events are kept. */
  eventAgeMs: number;
  nowMs: number;
  signal: AbortSignal;
}

const PAGE = 200;

/**
 * Deletes old Promotions per Stage, old Freight per Warehouse and old Events, all by the
 * same rule: the newest stay, what is in use stays.
 */
export async function collectGarbage(options: RetentionOptions): Promise<void> {
  const { store } = options;
  for await (const stage of listAll(store, 'Stage')) {
    options.signal.throwIfAborted();
    await collectPromotions(options, stage);
  }
  for await (const warehouse of listAll(store, 'Warehouse')) {
    options.signal.throwIfAborted();
    await collectFreight(options, warehouse);
  }
  await collectEvents(options);
}

async function collectPromotions(
  { store, promotions, nowMs }: RetentionOptions,
  stage: Stage,
): Promise<void> {
  const { items } = await store.list('Promotion', {
    namespace: stage.metadata.namespace,
    index: { name: 'stage', value: stage.metadata.name },
    orderBy: 'createdAt',
    descending: true,
  });
  const garbage = new Set(
    decideGarbage(
      items.map(promotion => ({
        name: promotion.metadata.name,
        createdMs: Date.parse(promotion.metadata.creationTimestamp),
        isInUse: !isPromotionTerminal(promotion.status?.phase),
      })),
      promotions,
      nowMs,
    ),
  );
  await deleteAll(store, items, garbage);
}

async function collectFreight(
  { store, freight, nowMs }: RetentionOptions,
  warehouse: Warehouse,
): Promise<void> {
  const namespace = warehouse.metadata.namespace;
  const { items } = await store.list('Freight', {
    namespace,
    index: {
      name: 'origin',
      value: originKey({ kind: 'Warehouse', name: warehouse.metadata.name }),
    },
    orderBy: 'age',
    descending: true,
  });
  if (items.length <= freight.maxRetained) {
    return;
  }
  const candidates = await Promise.all(
    items.map(async item => ({
      name: item.metadata.name,
      createdMs: Date.parse(freightDiscoveredAt(item)),
      isInUse:
        (await store.count('Stage', {
          namespace,
          index: { name: 'currentFreight', value: item.metadata.name },
        })) > 0,
    })),
  );
  const garbage = new Set(decideGarbage(candidates, freight, nowMs));
  await deleteAll(store, items, garbage);
}

async function collectEvents({
  store,
  eventAgeMs,
  nowMs,
  signal,
}: RetentionOptions): Promise<void> {
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await store.list('Event', {
      orderBy: 'lastTimestamp',
      limit: PAGE,
      ...(cursor && { cursor }),
    });
    const old = page.items.filter(
      event =>
        nowMs - Date.parse(event.metadata.creationTimestamp) > eventAgeMs,
    );
    await deleteAll(store, old, new Set(old.map(item => item.metadata.name)));
    cursor = old.length === page.items.length ? page.nextCursor : undefined;
  } while (cursor);
}

async function deleteAll(
  store: IndexedStore,
  items: Resource[],
  names: Set<string>,
): Promise<void> {
  for (const item of items) {
    if (names.has(item.metadata.name)) {
      try {
        await store.delete(keyOf(item));
      } catch (error) {
        // Somebody was faster.
        if (!isNotFoundError(error)) {
          throw error;
        }
      }
    }
  }
}
