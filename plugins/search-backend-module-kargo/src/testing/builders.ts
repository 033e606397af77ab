import {
  Freight,
  KARGO_API_VERSION,
  Project,
  Stage,
  Subscription,
  Warehouse,
} from 'backstage-plugin-kargo-common';

function metadata(name: string, namespace?: string, description?: string) {
  return {
    name,
    ...(namespace && { namespace }),
    uid: `uid-of-${name}`,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-03-01T12:00:00Z',
    ...(description && {
      annotations: { 'kargo.akuity.io/description': description },
    }),
  };
}

/** A Project. */
export function aProject(name: string, description?: string): Project {
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Project',
    metadata: metadata(name, undefined, description),
  };
}

/** A Stage of project `shop` that takes Freight of some Warehouses. */
export function aStage(
  name: string,
  warehouses: string[] = ['web'],
  description?: string,
): Stage {
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Stage',
    metadata: metadata(name, 'shop', description),
    spec: {
      requestedFreight: warehouses.map(warehouse => ({
        origin: { kind: 'Warehouse' as const, name: warehouse },
        sources: { direct: true },
      })),
    },
  };
}

/** A Warehouse of project `shop`. */
export function aWarehouse(
  name: string,
  ...subscriptions: Subscription[]
): Warehouse {
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Warehouse',
    metadata: metadata(name, 'shop'),
    spec: {
      interval: '5m0s',
      freightCreationPolicy: 'Automatic',
      subscriptions,
    },
  };
}

/** Freight of Warehouse `web` of project `shop`. */
export function someFreight(name: string, content: Partial<Freight>): Freight {
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Freight',
    metadata: metadata(name, 'shop'),
    origin: { kind: 'Warehouse', name: 'web' },
    ...content,
  };
}
