import {
  Freight,
  Promotion,
  ResourceMetadata,
  Stage,
  StageStatus,
  Warehouse,
} from 'backstage-plugin-kargo-common';

const API_VERSION = 'kargo.akuity.io/v1alpha1';

/** The moment at which everything built here was made, RFC 3339. */
export const BUILT_AT = '2026-01-01T00:00:00Z';

/** Metadata of a resource of project `demo`. */
export function metadataOf(
  name: string,
  over: Partial<ResourceMetadata> = {},
): ResourceMetadata {
  return {
    name,
    namespace: 'demo',
    uid: `${name}-uid`,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: BUILT_AT,
    ...over,
  };
}

/** A Stage `test` that takes Freight of Warehouse `web` directly. */
export function aStage(
  over: {
    metadata?: Partial<ResourceMetadata>;
    spec?: Partial<Stage['spec']>;
    status?: StageStatus;
  } = {},
): Stage {
  return {
    apiVersion: API_VERSION,
    kind: 'Stage',
    metadata: metadataOf('test', over.metadata),
    spec: {
      requestedFreight: [
        {
          origin: { kind: 'Warehouse', name: 'web' },
          sources: { direct: true },
        },
      ],
      promotionTemplate: { spec: { steps: [{ uses: 'noop' }] } },
      ...over.spec,
    },
    ...(over.status && { status: over.status }),
  };
}

/** A Promotion of Freight `f1` to Stage `test` of project `demo`. */
export function aPromotion(
  name: string,
  over: {
    project?: string;
    stage?: string;
    freight?: string;
    annotations?: Record<string, string>;
    status?: Promotion['status'];
    createdAt?: string;
  } = {},
): Promotion {
  return {
    apiVersion: API_VERSION,
    kind: 'Promotion',
    metadata: metadataOf(name, {
      creationTimestamp: over.createdAt ?? BUILT_AT,
      ...(over.project && { namespace: over.project }),
      ...(over.annotations && { annotations: over.annotations }),
    }),
    spec: {
      stage: over.stage ?? 'test',
      freight: over.freight ?? 'f1',
      steps: [],
    },
    ...(over.status && { status: over.status }),
  };
}

/** Freight of Warehouse `web`. */
export function aFreight(
  name: string,
  over: { status?: Freight['status']; discoveredAt?: string } = {},
): Freight {
  return {
    apiVersion: API_VERSION,
    kind: 'Freight',
    metadata: metadataOf(name),
    origin: { kind: 'Warehouse', name: 'web' },
    discoveredAt: over.discoveredAt ?? BUILT_AT,
    ...(over.status && { status: over.status }),
  };
}

/** A Warehouse `web` that looks for an image every five minutes. */
export function aWarehouse(
  over: {
    metadata?: Partial<ResourceMetadata>;
    spec?: Partial<Warehouse['spec']>;
    status?: Warehouse['status'];
  } = {},
): Warehouse {
  return {
    apiVersion: API_VERSION,
    kind: 'Warehouse',
    metadata: metadataOf('web', over.metadata),
    spec: {
      interval: '5m0s',
      freightCreationPolicy: 'Automatic',
      subscriptions: [
        {
          image: {
            repoURL: 'ghcr.io/acme/web',
            imageSelectionStrategy: 'SemVer',
            strictSemvers: true,
            discoveryLimit: 20,
          },
        },
      ],
      ...over.spec,
    },
    ...(over.status && { status: over.status }),
  };
}

/** A set of Freight of Warehouse `web` as a Stage holds it. */
export function aCollection(
  freight: string,
  verificationHistory?: NonNullable<
    StageStatus['freightHistory']
  >[number]['verificationHistory'],
): NonNullable<StageStatus['freightHistory']>[number] {
  return {
    id: `collection-${freight}`,
    items: {
      'Warehouse/web': {
        name: freight,
        origin: { kind: 'Warehouse', name: 'web' },
      },
    },
    ...(verificationHistory && { verificationHistory }),
  };
}
