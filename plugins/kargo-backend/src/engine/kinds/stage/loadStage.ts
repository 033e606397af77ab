import {
  currentFreight,
  Freight,
  FreightRequest,
  isControlFlow,
  isFreightAvailable,
  originKey,
  Promotion,
  Stage,
} from 'backstage-plugin-kargo-common';
import { freightNames } from '../../../logic/events';
import { selectCandidate } from '../../../logic/stage/decideAutomation';
import { isDistrusted } from '../../../logic/stage/decideVerification';
import { isAutoPromotionEnabled } from '../../../logic/stage/promotionPolicy';
import {
  FreightSearch,
  sourceSearches,
} from '../../../logic/stage/sourceSearches';
import { StageSnapshot } from '../../../logic/stage/StageSnapshot';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { listAll } from '../../listAll';
import { attemptOf } from '../promotion/attemptOf';

/** How many ended Promotions a Stage looks at; those beyond are history. */
const PROMOTIONS_READ = 50;
/** Freight per page of a search that may have to go on. */
const PAGE = 50;

/** What a load is for. */
export interface LoadOptions {
  nowMs: number;
  verificationId: string;
  /** Reads what automation would choose also where it is off, for whoever asks why. */
  toExplain?: boolean;
}

/** Reads everything that a decision about a Stage needs, and no more. */
export async function loadStage(
  store: IndexedStore,
  stage: Stage,
  { nowMs, verificationId, toExplain = false }: LoadOptions,
): Promise<StageSnapshot> {
  if (isControlFlow(stage)) {
    const [present, offered] = await Promise.all([
      loadPresent(store, stage),
      loadOffered(store, stage, nowMs),
    ]);
    return {
      stage,
      promotions: [],
      autoPromotionEnabled: false,
      present,
      offered,
      verificationId,
    };
  }
  const project = stage.metadata.namespace ?? '';
  // Whether automation is on does not matter to whoever asks why.
  const [promotions, config, saysPresent, explained] = await Promise.all([
    loadPromotions(store, stage),
    store.find({
      kind: 'ProjectConfig',
      namespace: project,
      name: project,
    }),
    loadPresent(store, stage),
    toExplain ? loadOffered(store, stage, nowMs) : undefined,
  ]);
  const autoPromotionEnabled = isAutoPromotionEnabled(config, stage);
  const [held, offered, gates] = await Promise.all([
    loadHeld(store, stage, { promotions, known: saysPresent }),
    explained ?? (autoPromotionEnabled ? loadOffered(store, stage, nowMs) : {}),
    isDistrusted(stage.status ?? {}) ? loadGates(store, stage) : [],
  ]);
  const attempts = await loadAttempts(store, stage, {
    promotions,
    offered,
    nowMs,
  });
  return {
    stage,
    promotions: [...promotions, ...attempts],
    autoPromotionEnabled,
    present: [...saysPresent, ...held],
    gates,
    offered,
    verificationId,
  };
}

/** Freight that says it is in the Stage. */
async function loadPresent(
  store: IndexedStore,
  { metadata: { namespace, name } }: Stage,
): Promise<Freight[]> {
  const { items } = await store.list('Freight', {
    namespace,
    index: { name: 'currentlyIn', value: name },
    shared: true,
  });
  return items;
}

/** All that have not ended, the acknowledged one, and the newest of the others. */
export async function loadPromotions(
  store: IndexedStore,
  stage: Stage,
): Promise<Promotion[]> {
  const { namespace, name: value } = stage.metadata;
  const newest = await store.list('Promotion', {
    namespace,
    index: { name: 'stage', value },
    descending: true,
    limit: PROMOTIONS_READ,
    shared: true,
  });
  if (!newest.nextCursor) {
    return newest.items;
  }
  const current = stage.status?.currentPromotion?.name;
  const [active, acknowledged] = await Promise.all([
    store.list('Promotion', {
      namespace,
      index: { name: 'active', value },
      shared: true,
    }),
    // It may have ended while many more queued up behind it.
    store.list('Promotion', {
      namespace,
      names: current ? [current] : [],
      shared: true,
    }),
  ]);
  return unique([...newest.items, ...active.items, ...acknowledged.items]);
}

/**
 * The newest Promotion of what automation would choose, where it is older than those that
 * were read: what ended in vain is not tried again, whatever was promoted since.
 */
async function loadAttempts(
  store: IndexedStore,
  stage: Stage,
  {
    promotions,
    offered,
    nowMs,
  }: Pick<StageSnapshot, 'promotions' | 'offered'> & { nowMs: number },
): Promise<Promotion[]> {
  if (promotions.length < PROMOTIONS_READ) {
    return [];
  }
  const { namespace, name } = stage.metadata;
  const known = new Set([
    ...promotions.map(({ spec }) => spec.freight),
    ...freightNames(currentFreight(stage)?.items),
  ]);
  const found = await Promise.all(
    stage.spec.requestedFreight.map(async request => {
      const freight = offered[originKey(request.origin)] ?? [];
      const chosen = selectCandidate(stage, request, freight, nowMs);
      if (!chosen || known.has(chosen.metadata.name)) {
        return [];
      }
      const value = attemptOf(name, chosen.metadata.name);
      const { items } = await store.list('Promotion', {
        namespace,
        index: { name: 'attempt', value },
        descending: true,
        limit: 1,
      });
      return items;
    }),
  );
  return found.flat();
}

/**
 * Freight that the Stage holds or, where a Promotion has just ended, is about to hold, and
 * that is not known to say so itself. What does not exist any more is left out.
 */
async function loadHeld(
  store: IndexedStore,
  stage: Stage,
  { promotions, known }: { promotions: Promotion[]; known: Freight[] },
): Promise<Freight[]> {
  const acknowledged = promotions.find(
    ({ metadata }) => metadata.name === stage.status?.currentPromotion?.name,
  );
  const knownNames = new Set(known.map(({ metadata }) => metadata.name));
  const names = [
    ...freightNames(currentFreight(stage)?.items),
    ...freightNames(acknowledged?.status?.freightCollection?.items),
  ].filter(name => !knownNames.has(name));
  // Most of the time what the Stage holds says so, and nothing is left to read.
  if (names.length === 0) {
    return [];
  }
  const { namespace } = stage.metadata;
  const held = await store.list('Freight', { namespace, names, shared: true });
  return held.items;
}

/** Stages without steps that let through what was verified in a Stage, one behind the other. */
async function loadGates(store: IndexedStore, stage: Stage): Promise<Stage[]> {
  const { namespace, name } = stage.metadata;
  const gates = new Map<string, Stage>();
  let upstream = [name];
  while (upstream.length > 0) {
    const { items } = await store.list('Stage', {
      namespace,
      index: { name: 'upstreamStage', value: upstream },
    });
    const found = items.filter(
      candidate =>
        isControlFlow(candidate) && !gates.has(candidate.metadata.name),
    );
    found.forEach(gate => gates.set(gate.metadata.name, gate));
    upstream = found.map(gate => gate.metadata.name);
  }
  return [...gates.values()];
}

async function loadOffered(
  store: IndexedStore,
  stage: Stage,
  nowMs: number,
): Promise<StageSnapshot['offered']> {
  const found = await Promise.all(
    stage.spec.requestedFreight.map(
      async request =>
        [
          originKey(request.origin),
          await searchOffered(store, stage, request, nowMs),
        ] as const,
    ),
  );
  return Object.fromEntries(found);
}

/**
 * Freight of a request among which the newest available one is, and whatever becomes
 * available by waiting.
 */
export async function searchOffered(
  store: IndexedStore,
  stage: Stage,
  request: FreightRequest,
  nowMs: number,
): Promise<Freight[]> {
  const found = await Promise.all(
    sourceSearches(stage, request).map(search =>
      runSearch(store, stage, search, nowMs),
    ),
  );
  return unique(found.flat());
}

async function runSearch(
  store: IndexedStore,
  stage: Stage,
  { index, take, isExact }: FreightSearch,
  nowMs: number,
): Promise<Freight[]> {
  const found: Freight[] = [];
  const newestFirst = listAll(store, 'Freight', {
    namespace: stage.metadata.namespace,
    index,
    ...(take === 'newest' && { orderBy: 'age', descending: true }),
    limit: isExact ? 1 : PAGE,
  });
  for await (const freight of newestFirst) {
    const { available } = isFreightAvailable(stage, freight, nowMs);
    if (take === 'all') {
      found.push(freight);
    } else if (available) {
      return [freight];
    }
  }
  return found;
}

function unique<T extends Promotion | Freight>(resources: T[]): T[] {
  return [
    ...new Map(
      resources.map(resource => [resource.metadata.name, resource]),
    ).values(),
  ];
}
