import {
  Freight,
  FreightReference,
  freightReference,
  FreightSources,
  FreightStatus,
  originKey,
  Project,
  ProjectSummary,
  Promotion,
  PromotionStatus,
  Stage,
  StageStatus,
  Warehouse,
  WarehouseStatus,
} from 'backstage-plugin-kargo-common';

const API_VERSION = 'kargo.akuity.io/v1alpha1';

/** The time at which examples happen. */
export const NOW_MS = Date.parse('2026-03-01T12:00:00Z');

/** A time some minutes before {@link NOW_MS}, or before another moment. */
export function minutesAgo(minutes: number, nowMs: number = NOW_MS): string {
  return new Date(nowMs - minutes * 60_000).toISOString();
}

function metadata(name: string, project = 'shop') {
  return {
    name,
    namespace: project,
    uid: `uid-${name}`,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: minutesAgo(60 * 24 * 30),
  };
}

/** A Project with counts. */
export function aProject(
  name: string,
  stages: [healthy: number, count: number],
  description?: string,
): Project {
  const { namespace: _, ...rest } = metadata(name);
  return {
    apiVersion: API_VERSION,
    kind: 'Project',
    metadata: {
      ...rest,
      ...(description && {
        annotations: { 'kargo.akuity.io/description': description },
      }),
    },
    status: {
      stats: {
        stages: { count: stages[1], health: { healthy: stages[0] } },
        warehouses: { count: 1, health: { healthy: 1 } },
      },
    },
  };
}

/** A project at a glance, in which nothing waits unless told. */
export function aSummary(
  project: string,
  over: Partial<Omit<ProjectSummary, 'project' | 'stages'>> & {
    stages?: Partial<ProjectSummary['stages']>;
  } = {},
): ProjectSummary {
  const { stages, ...rest } = over;
  return {
    project,
    stages: {
      ...{ count: 0, healthy: 0, empty: 0, failing: 0, passThrough: 0 },
      ...stages,
    },
    forCaller: [],
    forOthers: { count: 0, owners: [] },
    ...rest,
  };
}

/** A Warehouse that watches one image. */
export function aWarehouse(
  name: string,
  status: WarehouseStatus = {},
): Warehouse {
  return {
    apiVersion: API_VERSION,
    kind: 'Warehouse',
    metadata: metadata(name),
    spec: {
      interval: '5m0s',
      freightCreationPolicy: 'Automatic',
      subscriptions: [
        {
          image: {
            repoURL: `registry.example.com/${name}`,
            imageSelectionStrategy: 'SemVer',
            strictSemvers: true,
            discoveryLimit: 20,
          },
        },
      ],
    },
    status,
  };
}

/** What a Stage should be, in few words. */
export interface StageOptions {
  sources?: FreightSources;
  warehouses?: string[];
  /** Names of steps; none makes a control-flow Stage. */
  steps?: string[];
  status?: StageStatus;
}

/** A Stage that takes Freight of the Warehouse `web` directly, unless told otherwise. */
export function aStage(name: string, options: StageOptions = {}): Stage {
  const {
    sources = { direct: true },
    warehouses = ['web'],
    steps = ['git-clone', 'yaml-update', 'git-commit', 'git-push'],
    status = {},
  } = options;
  return {
    apiVersion: API_VERSION,
    kind: 'Stage',
    metadata: metadata(name),
    spec: {
      requestedFreight: warehouses.map(warehouse => ({
        origin: { kind: 'Warehouse', name: warehouse },
        sources,
      })),
      ...(steps.length > 0 && {
        promotionTemplate: {
          spec: { steps: steps.map(uses => ({ uses })) },
        },
      }),
    },
    status,
  };
}

/** What Freight should be, in few words. */
export interface FreightOptions {
  alias?: string;
  warehouse?: string;
  version?: string;
  commit?: { id: string; message: string };
  minutesOld?: number;
  nowMs?: number;
  status?: FreightStatus;
}

/** Freight with one image, and a commit when asked for. */
export function aFreight(name: string, options: FreightOptions = {}): Freight {
  const { alias, warehouse = 'web', version = '1.0.0', commit } = options;
  return {
    apiVersion: API_VERSION,
    kind: 'Freight',
    metadata: metadata(name),
    ...(alias && { alias }),
    discoveredAt: minutesAgo(options.minutesOld ?? 60, options.nowMs),
    origin: { kind: 'Warehouse', name: warehouse },
    images: [
      {
        repoURL: `registry.example.com/${warehouse}`,
        tag: version,
        digest: `sha256:${version}`,
      },
    ],
    ...(commit && {
      commits: [
        { repoURL: `https://git.example.com/${warehouse}.git`, ...commit },
      ],
    }),
    status: options.status ?? {},
  };
}

/** Status of a Stage that holds Freight, healthy and verified. */
export function holding(...freight: Freight[]): StageStatus {
  return {
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Verified',
        message: 'Freight is verified',
        lastTransitionTime: minutesAgo(30),
      },
    ],
    freightHistory: [
      {
        id: freight.map(item => item.metadata.name).join(),
        items: Object.fromEntries(
          freight.map((item): [string, FreightReference] => [
            originKey(item.origin),
            freightReference(item),
          ]),
        ),
        verificationHistory: [
          { id: 'v1', phase: 'Successful', finishTime: minutesAgo(25) },
        ],
      },
    ],
    health: { status: 'Healthy' },
  };
}

/** What a Stage tells of its Promotion that waits until a pull request is merged. */
export function awaitingMerge(
  number: number,
  freight: Freight,
): Pick<StageStatus, 'currentPromotion'> {
  return {
    currentPromotion: {
      name: `p-of-pull-${number}`,
      freight: freightReference(freight),
      status: {
        phase: 'Running',
        currentStep: 4,
        stepExecutionMetadata: [
          {
            alias: 'wait-for-merge',
            status: 'Running',
            message: `pull request ${number} is open; a review by bob is awaited`,
            startedAt: minutesAgo(3),
          },
        ],
        state: {
          'wait-for-merge': {
            pr: {
              id: number,
              url: `https://git.example.com/acme/gitops/pull/${number}`,
              open: true,
            },
          },
        },
      },
    },
  };
}

/** A Promotion of Freight to a Stage. */
export function aPromotion(
  name: string,
  stage: Stage,
  freight: Freight,
  status: PromotionStatus = {},
): Promotion {
  return {
    apiVersion: API_VERSION,
    kind: 'Promotion',
    metadata: {
      ...metadata(name),
      creationTimestamp: minutesAgo(5),
      annotations: { 'kargo.akuity.io/create-actor': 'email:ana@example.org' },
    },
    spec: {
      stage: stage.metadata.name,
      freight: freight.metadata.name,
      steps: (stage.spec.promotionTemplate?.spec.steps ?? []).map(
        (step, index) => ({
          ...step,
          as: step.as ?? `step-${index + 1}`,
          config: { path: './src' },
        }),
      ),
    },
    status: { freight: freightReference(freight), ...status },
  };
}
