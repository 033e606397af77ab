import type {
  Freight,
  Promotion,
  Resource,
  Stage,
} from 'backstage-plugin-kargo-common';

const API_VERSION = 'kargo.akuity.io/v1alpha1';
const START = Date.parse('2026-01-01T00:00:00Z');

/** How many of each kind, and in how many projects; the first holds half of everything. */
export interface Population {
  stages: number;
  freight: number;
  promotions: number;
}

/** The size that the product promises to be fast with. */
export const FULL: Population = {
  stages: 5_000,
  freight: 50_000,
  promotions: 100_000,
};

const PROJECTS = 10;
const WAREHOUSES = 25;

/** Everything of a population, one after another so that it need not fit in memory. */
export function* populate(population: Population): Generator<Resource> {
  for (let index = 0; index < population.stages; index++) {
    yield aStage(index);
  }
  for (let index = 0; index < population.freight; index++) {
    yield aFreight(index);
  }
  for (let index = 0; index < population.promotions; index++) {
    yield aPromotion(index, population);
  }
}

function projectOf(index: number): string {
  return `p${index % 2 ? 0 : (index / 2) % PROJECTS}`;
}

function metadataOf(name: string, index: number) {
  return {
    name,
    namespace: projectOf(index),
    uid: `${name}-uid`,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: timeOf(index),
    labels: {
      'app.kubernetes.io/managed-by': 'platform',
      tier: index % 500 === 1 ? 'gold' : 'standard',
    },
  };
}

function timeOf(index: number): string {
  return `${new Date(START + index * 1000).toISOString().slice(0, 19)}Z`;
}

/** The Stage of a number. */
export function aStage(index: number): Stage {
  const metadata = metadataOf(`stage-${index}`, index);
  const steps = ['git-clone', 'kustomize-set-image', 'git-commit', 'git-push'];
  return {
    apiVersion: API_VERSION,
    kind: 'Stage',
    metadata,
    spec: {
      requestedFreight: [
        {
          origin: {
            kind: 'Warehouse',
            name: `warehouse-${index % WAREHOUSES}`,
          },
          sources: { direct: true },
        },
      ],
      promotionTemplate: {
        spec: {
          steps: steps.map(uses => ({
            uses,
            config: {
              repoURL: 'https://git.example.com/platform/gitops.git',
              path: `./out/${metadata.name}`,
              message: 'Update the image to the version of the freight',
            },
          })),
        },
      },
    },
    status: {
      conditions: ['Ready', 'Healthy', 'Verified'].map(type => ({
        type,
        status: 'True' as const,
        reason: 'AllGood',
        message: 'Everything is as the manifest says',
        lastTransitionTime: timeOf(index),
      })),
    },
  } as Stage;
}

function aFreight(index: number): Freight {
  return {
    apiVersion: API_VERSION,
    kind: 'Freight',
    metadata: metadataOf(`freight-${index}`, index),
    alias: `quick-fox-${index}`,
    origin: {
      kind: 'Warehouse',
      name: `warehouse-${(index >> 1) % WAREHOUSES}`,
    },
    images: [
      {
        repoURL: 'registry.example.com/platform/guestbook',
        tag: `1.0.${index}`,
        digest: `sha256:${String(index).padStart(64, '0')}`,
      },
    ],
    status: {
      verifiedIn: { [`stage-${index % 100}`]: {}, [`stage-${index % 77}`]: {} },
    },
  } as Freight;
}

function aPromotion(index: number, { stages, freight }: Population): Promotion {
  const stage = `stage-${index % stages}`;
  const name = `${stage}.${String(index).padStart(26, '0')}`;
  const steps = ['git-clone', 'kustomize-set-image', 'git-commit', 'git-push'];
  return {
    apiVersion: API_VERSION,
    kind: 'Promotion',
    metadata: metadataOf(name, index),
    spec: {
      stage,
      freight: `freight-${index % freight}`,
      steps: steps.map(uses => ({ uses, config: { path: './out' } })),
    },
    status: {
      phase: index % 1000 === 7 ? 'Running' : 'Succeeded',
      stepExecutionMetadata: steps.map(alias => ({
        alias,
        startedAt: timeOf(index),
        finishedAt: timeOf(index + 5),
        status: 'Succeeded' as const,
        message: 'done',
      })),
      state: Object.fromEntries(
        steps.map(step => [step, { commit: 'a'.repeat(40), branch: 'main' }]),
      ),
    },
  } as Promotion;
}
