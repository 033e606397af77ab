import { LABELS } from 'backstage-plugin-kargo-common';
import { Found, Lookup } from '../../expressions/lookups';
import { ResourceStore } from '../../ports/ResourceStore';

/** Where expressions look things up. */
export interface LookupSource {
  store: ResourceStore;
  /** Namespace of Secrets and ConfigMaps that every project may read. */
  sharedNamespace: string;
}

/** Fetches what an expression of a project asks for; `undefined` when it is not there. */
export async function fetchLookup(
  { store, sharedNamespace }: LookupSource,
  project: string,
  lookup: Lookup,
): Promise<Found | undefined> {
  const place = {
    namespace:
      'scope' in lookup && lookup.scope === 'shared'
        ? sharedNamespace
        : project,
    name: lookup.name,
  };
  switch (lookup.kind) {
    case 'ConfigMap': {
      const found = await store.find({ ...place, kind: 'ConfigMap' });
      return found && { kind: 'ConfigMap', data: found.data ?? {} };
    }
    case 'Secret': {
      const found = await store.find({ ...place, kind: 'Secret' });
      return (
        found && {
          kind: 'Secret',
          data: decodeSecretData(found.data),
          credentialType: found.metadata.labels?.[LABELS.credType],
        }
      );
    }
    case 'Freight': {
      const freight = await store.find({ ...place, kind: 'Freight' });
      return freight && { kind: 'Freight', freight };
    }
    case 'Stage': {
      const stage = await store.find({ ...place, kind: 'Stage' });
      return stage && { kind: 'Stage', stage };
    }
    default: {
      const found = await store.find({ ...place, kind: 'Warehouse' });
      return (
        found && {
          kind: 'Warehouse',
          subscriptions: found.spec.subscriptions,
        }
      );
    }
  }
}

/** The texts of a Secret's data. */
export function decodeSecretData(
  data: Record<string, string> = {},
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  );
}
