import {
  Freight,
  freightDiscoveredAt,
  freightUses,
  parseOriginKey,
  promotedFreight,
} from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { listAll } from '../../listAll';
import { KindRetention } from '../KindModule';
import { isConfigured } from '../shared/configured';

/** Freight of one project that may not go, by name. */
interface FreightUsage {
  /** In a Stage or on its way to one: what is newer stays too. */
  inUse: Set<string>;
  /** In a Stage's history. */
  inHistory: Set<string>;
}

/**
 * Of each Warehouse's Freight the newest stay, what Stages have and had, and what would be made
 * again: automation would take it for the newest.
 */
export const freightRetention: KindRetention<Freight> = {
  policy: 'freight',
  groupBy: 'origin',
  orderBy: 'age',
  since: freightDiscoveredAt,
  begin({ store }) {
    const usages = new Map<string, FreightUsage>();
    return {
      async loadJudge({ namespace, value: origin }, oldest) {
        if (await isNeeded(store, oldest)) {
          // Nothing goes, and nobody else needs to be asked.
          return () => ({ isInUse: true, isProtected: false });
        }
        const usage =
          usages.get(namespace) ?? (await loadUsage(store, namespace));
        usages.set(namespace, usage);
        const last = await findLast(store, namespace, origin);
        return freight => {
          const { name } = freight.metadata;
          return {
            isInUse: usage.inUse.has(name),
            isProtected:
              usage.inHistory.has(name) ||
              name === last ||
              isConfigured(freight),
          };
        };
      },
      // Somebody may promote it since it was looked who uses what.
      beforeDelete: async freight => !(await isNeeded(store, freight)),
    };
  },
};

/** The Freight of what a Warehouse finds now, which it makes whenever it is not there. */
async function findLast(
  store: IndexedStore,
  namespace: string,
  origin: string,
): Promise<string | undefined> {
  const { name } = parseOriginKey(origin) ?? {};
  const warehouse =
    name === undefined
      ? undefined
      : await store.find({ kind: 'Warehouse', namespace, name });
  return warehouse?.status?.lastFreightID;
}

/** Whether a Stage or a Promotion needs Freight now. */
async function isNeeded(
  store: IndexedStore,
  { metadata: { name, namespace } }: Freight,
): Promise<boolean> {
  const index = { name: 'neededFreight', value: name };
  const found = await Promise.all([
    store.list('Promotion', { namespace, index, limit: 1 }),
    store.list('Stage', { namespace, index, limit: 1 }),
  ]);
  return found.some(({ items }) => items.length > 0);
}

async function loadUsage(
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
