import {
  AnalysisRun,
  Freight,
  FreightStatus,
  KargoRequestError,
  PromotionDryRun,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aProject,
  aPromotion,
  aStage,
  aSummary,
  aWarehouse,
  holding,
  minutesAgo,
} from './testing/builders';
import { FakeKargoApi } from './testing/FakeKargoApi';

const ADJECTIVES = ['brisk', 'calm', 'eager', 'fond', 'keen', 'merry', 'quiet'];
const ANIMALS = ['otter', 'heron', 'lynx', 'marten', 'plover', 'stoat', 'wren'];
const SUBJECTS = [
  'Fix rounding of basket totals',
  'Add voucher field to checkout',
  'Speed up product search',
  'Translate order mails to Danish',
  'Update TLS settings',
];

function alias(index: number): string {
  return `${ADJECTIVES[index % 7]}-${
    ANIMALS[Math.floor(index / 7 + index) % 7]
  }${index >= 49 ? `-${Math.floor(index / 49)}` : ''}`;
}

function hex(seed: number): string {
  return (seed * 2_654_435_761).toString(16).padStart(10, '0').repeat(4);
}

function seedOf(text: string): number {
  return (
    [...text].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) % 9973
  );
}

function someFreight(
  count: number,
  warehouse: string,
  status: (index: number) => FreightStatus = () => ({}),
): Freight[] {
  const nowMs = Date.now();
  return Array.from({ length: count }, (_, index) =>
    aFreight(hex(index + seedOf(warehouse)), {
      alias: alias(index + (seedOf(warehouse) % 40)),
      warehouse,
      version: `1.${count - index}.0`,
      commit: {
        id: hex(index + 7),
        message: SUBJECTS[index % SUBJECTS.length],
      },
      minutesOld: 12 + (seedOf(warehouse) % 90) + index * 190,
      nowMs,
      status: status(index),
    }),
  );
}

function ago(minutes: number): string {
  return minutesAgo(minutes, Date.now());
}

/** A verification in the middle: numbers, one of them bad, and a job. */
function someVerification(stage: string): AnalysisRun {
  const values = [182, 176, 190, 214, 655, 231, 205];
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: `${stage}.verification`,
      namespace: 'storefront',
      uid: 'v',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: ago(8),
      labels: { 'kargo.akuity.io/stage': stage },
    },
    spec: {
      metrics: [
        {
          name: 'latency',
          provider: { prometheus: {} },
          successCondition: 'result[0] < 500',
          failureLimit: 2,
        },
        { name: 'smoke', provider: { job: {} } },
      ],
    },
    status: {
      phase: 'Running',
      startedAt: ago(8),
      metricResults: [
        {
          name: 'latency',
          phase: 'Running',
          successful: 6,
          failed: 1,
          measurements: values.map((value, index) => ({
            value: `[${value}]`,
            phase: value < 500 ? 'Successful' : 'Failed',
            finishedAt: ago(8 - index),
          })),
        },
        {
          name: 'smoke',
          phase: 'Successful',
          successful: 1,
          measurements: [{ phase: 'Successful', finishedAt: ago(7) }],
        },
      ],
    },
  };
}

/** What a promotion of a version would change: a value, a rendered manifest, a file that moves. */
function someDryRun(version: string): PromotionDryRun {
  return {
    steps: [
      { alias: 'step-1', uses: 'git-clone', outcome: 'Ran' },
      { alias: 'step-2', uses: 'yaml-update', outcome: 'Ran' },
      { alias: 'step-3', uses: 'git-commit', outcome: 'Ran' },
      {
        alias: 'step-4',
        uses: 'git-push',
        outcome: 'NotRun',
        message: 'it acts outside of the folder',
      },
      {
        alias: 'step-5',
        uses: 'argocd-update',
        outcome: 'NotRun',
        message: 'it acts outside of the folder',
      },
    ],
    changes: [
      {
        repoURL: 'https://github.com/acme/deploy.git',
        path: './src',
        branch: 'main',
        from: hex(11),
        isCommitted: true,
        fileCount: 2,
        files: [
          {
            path: 'apps/storefront/values.yaml',
            change: 'Changed',
            added: 2,
            removed: 1,
            diff: `@@ -3,6 +3,7 @@ image:\n   repository: registry.example.com/storefront\n   pullPolicy: IfNotPresent\n-  tag: 1.7.0\n+  tag: ${version}\n+  digest: sha256:7d0c4e1f2b6a9c8d5e3f1a0b4c6d8e2f7a9b1c3d5e7f9a0b2c4d6e8f0a1b3c5d\n replicas: 3\n resources:\n   requests: { cpu: 250m }\n`,
          },
          {
            path: 'docs/releases/storefront.md',
            previousPath: 'docs/storefront.md',
            change: 'Moved',
            added: 0,
            removed: 0,
          },
        ],
      },
    ],
  };
}

/** Four Stages of one service, each in another state. */
function storefront(): FakeKargoApi {
  const freight = someFreight(12, 'storefront', index => ({
    currentlyIn: {
      ...(index === 0 && { test: { since: ago(9) } }),
      ...(index === 1 && { uat: { since: ago(50) } }),
      ...(index === 4 && { 'prod-eu': { since: ago(60 * 26) } }),
      ...(index === 6 && { 'prod-us': { since: ago(60 * 50) } }),
    },
    verifiedIn: {
      ...(index > 0 && { test: { verifiedAt: ago(60) } }),
      ...(index > 0 && { uat: { verifiedAt: ago(45) } }),
    },
    ...(index === 2 && { approvedFor: { 'prod-eu': { approvedAt: ago(30) } } }),
  }));
  const steps = [
    'git-clone',
    'yaml-update',
    'git-commit',
    'git-push',
    'argocd-update',
  ];
  const test = aStage('test', {
    steps,
    warehouses: ['storefront'],
    status: {
      ...holding(freight[0]),
      autoPromotionEnabled: true,
      freightHistory: [
        {
          ...holding(freight[0]).freightHistory![0],
          verificationHistory: [
            {
              id: 'v',
              phase: 'Running',
              startTime: ago(2),
              analysisRun: {
                namespace: 'storefront',
                name: 'test.verification',
                phase: 'Running',
              },
            },
          ],
        },
      ],
    },
  });
  const uat = aStage('uat', {
    steps,
    warehouses: ['storefront'],
    sources: { stages: ['test'] },
    status: { ...holding(freight[1]), autoPromotionEnabled: true },
  });
  const prodEu = aStage('prod-eu', {
    steps,
    warehouses: ['storefront'],
    sources: { stages: ['uat'], requiredSoakTime: '2h' },
    status: {
      ...holding(freight[4]),
      currentPromotion: {
        name: 'prod-eu.01running.abc',
        freight: {
          name: freight[2].metadata.name,
          origin: freight[2].origin,
        },
      },
      health: { status: 'Unknown', issues: [] },
    },
  });
  const prodUs = aStage('prod-us', {
    steps,
    warehouses: ['storefront'],
    sources: { stages: ['uat'], requiredSoakTime: '2h' },
    status: {
      ...holding(freight[6]),
      health: {
        status: 'Unhealthy',
        issues: ['Application shop-us is degraded'],
      },
      lastPromotion: {
        name: 'prod-us.01failed.abc',
        freight: {
          name: freight[3].metadata.name,
          origin: freight[3].origin,
        },
        status: {
          phase: 'Failed',
          message: 'The pull request was closed without being merged',
        },
        finishedAt: ago(95),
      },
    },
  });
  const running = aPromotion('prod-eu.01running.abc', prodEu, freight[2], {
    phase: 'Running',
    startedAt: ago(1.2),
    currentStep: 3,
    stepExecutionMetadata: [
      {
        alias: 'step-1',
        status: 'Succeeded',
        startedAt: ago(1.2),
        finishedAt: ago(1.1),
      },
      {
        alias: 'step-2',
        status: 'Succeeded',
        startedAt: ago(1.1),
        finishedAt: ago(1.09),
      },
      {
        alias: 'step-3',
        status: 'Succeeded',
        startedAt: ago(1.09),
        finishedAt: ago(1.07),
      },
      {
        alias: 'step-4',
        status: 'Running',
        startedAt: ago(1.07),
        message:
          'The remote rejected the push because it has newer commits; rebasing and trying again',
        errorCount: 1,
      },
    ],
    state: {
      'step-1': { commits: { './src': hex(3) } },
      'step-3': { commit: hex(4) },
      'step-4': {
        pr: { id: 42, url: 'https://git.example.com/shop/pulls/42' },
      },
    },
  });
  const failed = aPromotion('prod-us.01failed.abc', prodUs, freight[3], {
    phase: 'Failed',
    message: 'The pull request was closed without being merged',
    startedAt: ago(100),
    finishedAt: ago(95),
    currentStep: 4,
    stepExecutionMetadata: [
      {
        alias: 'step-1',
        status: 'Succeeded',
        startedAt: ago(100),
        finishedAt: ago(99.8),
      },
      {
        alias: 'step-2',
        status: 'Succeeded',
        startedAt: ago(99.8),
        finishedAt: ago(99.7),
      },
      {
        alias: 'step-3',
        status: 'Succeeded',
        startedAt: ago(99.7),
        finishedAt: ago(99.6),
      },
      {
        alias: 'step-4',
        status: 'Failed',
        startedAt: ago(99.6),
        finishedAt: ago(95),
        message: 'The pull request was closed without being merged',
      },
      { alias: 'step-5', status: 'Skipped' },
    ],
  });
  const allowed = { allowed: true };
  const refused = {
    allowed: false,
    reason: 'Only members of the group “shop-release” may promote to prod-us.',
  };
  return FakeKargoApi.create({
    projects: [
      aProject('storefront', [2, 4], 'The web shop'),
      aProject('payments', [6, 6], 'Card and invoice payments'),
      aProject('search', [0, 0]),
      aProject('many', [57, 60], 'Sixty Stages'),
    ],
    summaries: [
      aSummary('storefront', {
        stages: { count: 4, healthy: 2, failing: 1 },
        lastPromotion: {
          name: failed.metadata.name,
          stage: 'prod-us',
          finishedAt: ago(95),
        },
        forCaller: [
          {
            kind: 'promote',
            stage: 'uat',
            freight: freight[0].metadata.name,
            version: '1.12.0',
          },
        ],
        forOthers: { count: 1, owners: ['group:default/shop-release'] },
      }),
      aSummary('payments', { stages: { count: 6, healthy: 6 } }),
      aSummary('search', { stages: { passThrough: 2 } }),
      aSummary('many', { stages: { count: 60, healthy: 57, empty: 3 } }),
    ],
    stages: [test, uat, prodEu, prodUs],
    warehouses: [
      aWarehouse('storefront', {
        discoveredArtifacts: {
          discoveredAt: ago(3),
          images: [
            {
              repoURL: 'registry.example.com/storefront',
              references: [{ tag: '1.12.0', digest: 'sha256:1.12.0' }],
            },
          ],
        },
      }),
    ],
    freight,
    promotions: [running, failed],
    analysisRuns: [someVerification('test')],
    logs: {
      'test.verification smoke': ['GET /health 200', 'GET /basket 200'],
    },
    dryRuns: Object.fromEntries(
      freight.map(({ metadata }, index) => [
        metadata.name,
        someDryRun(`1.${12 - index}.0`),
      ]),
    ),
    reasons: {
      'stage test': [
        { code: 'verifying', verification: 'v', phase: 'Running' },
      ],
      'stage prod-eu': [
        {
          code: 'promoting',
          promotion: running.metadata.name,
          phase: 'Running',
          freight: freight[2].metadata.name,
        },
      ],
      'stage prod-us': [
        {
          code: 'promotion-failed',
          promotion: failed.metadata.name,
          phase: 'Failed',
          error: 'The pull request was closed without being merged',
        },
        {
          code: 'health',
          health: 'Unhealthy',
          issues: ['Application shop-us is degraded'],
        },
      ],
      [`promotion ${running.metadata.name}`]: [
        {
          code: 'step-retrying',
          step: 'step-4',
          number: 4,
          of: steps.length,
          attempt: 2,
          attempts: 5,
          error: 'The remote rejected the push because it has newer commits',
          nextCheckAt: ago(-1),
        },
      ],
      'warehouse storefront': [
        { code: 'creates-freight', freight: freight[0].metadata.name },
        { code: 'next-discovery', at: ago(-2) },
      ],
    },
    access: {
      project: { manage: allowed },
      stages: {
        test: { promote: allowed, approve: allowed },
        uat: { promote: allowed, approve: allowed },
        'prod-eu': {
          promote: allowed,
          approve: allowed,
          owners: ['group:default/shop-release'],
        },
        'prod-us': {
          promote: refused,
          approve: refused,
          owners: ['group:default/shop-release'],
        },
      },
    },
  });
}

const REGIONS = ['eu', 'us', 'ap', 'sa', 'af'];
const SERVICES = ['web', 'api', 'jobs', 'mail'];

/** Sixty Stages of four services, two hundred pieces of Freight. */
function many(): FakeKargoApi {
  const freight = SERVICES.flatMap(service => someFreight(50, service));
  const of = (service: string, index: number) =>
    freight.filter(f => f.origin.name === service)[index];
  const status = (service: string, seed: number): StageStatus => {
    const held = holding(of(service, seed % 9));
    if (seed % 17 === 5) {
      return {
        ...held,
        health: { status: 'Unhealthy', issues: ['Pods restart'] },
      };
    }
    if (seed % 13 === 3) {
      return {
        ...held,
        currentPromotion: {
          name: `p${seed}`,
          freight: {
            name: of(service, 0).metadata.name,
            origin: of(service, 0).origin,
          },
        },
      };
    }
    return { ...held, autoPromotionEnabled: seed % 2 === 0 };
  };
  const stages = SERVICES.flatMap((service, s) => [
    aStage(`${service}-test`, {
      warehouses: [service],
      status: status(service, s),
    }),
    aStage(`${service}-qa`, {
      warehouses: [service],
      sources: { stages: [`${service}-test`] },
      status: status(service, s + 1),
    }),
    aStage(`${service}-uat`, {
      warehouses: [service],
      sources: { stages: [`${service}-test`] },
      status: status(service, s + 2),
    }),
    aStage(`${service}-gate`, {
      warehouses: [service],
      sources: {
        stages: [`${service}-qa`, `${service}-uat`],
        availabilityStrategy: 'All',
      },
      steps: [],
    }),
    ...REGIONS.map((region, r) =>
      aStage(`${service}-canary-${region}`, {
        warehouses: [service],
        sources: { stages: [`${service}-gate`] },
        status: status(service, s * 5 + r),
      }),
    ),
    ...REGIONS.map((region, r) =>
      aStage(`${service}-prod-${region}`, {
        warehouses: [service],
        sources: {
          stages: [`${service}-canary-${region}`],
          requiredSoakTime: '1h',
        },
        status: status(service, s * 7 + r),
      }),
    ),
    aStage(`${service}-archive`, {
      warehouses: [service],
      sources: { stages: REGIONS.map(region => `${service}-prod-${region}`) },
      status: {},
    }),
  ]);
  return FakeKargoApi.create({
    stages,
    warehouses: SERVICES.map((service, index) =>
      aWarehouse(
        service,
        index === 3
          ? {
              conditions: [
                {
                  type: 'Healthy',
                  status: 'False',
                  reason: 'DiscoveryFailed',
                  message:
                    '1 of 1 subscriptions could not be read: image registry.example.com/mail: The registry answered 503 Service Unavailable',
                  lastTransitionTime: ago(4),
                },
              ],
            }
          : { discoveredArtifacts: { discoveredAt: ago(2) } },
      ),
    ),
    freight,
    reasons: {
      'warehouse mail': [
        {
          code: 'subscription-failed',
          subscription: 'image registry.example.com/mail',
          error: 'The registry answered 503 Service Unavailable',
          retryAt: ago(-6),
        },
      ],
    },
  });
}

function failing(error: Error): FakeKargoApi {
  const api = FakeKargoApi.create({});
  api.failure = error;
  return api;
}

/** A service that draws from two Warehouses. */
function twoOrigins(): FakeKargoApi {
  const code = someFreight(5, 'code');
  const settings = someFreight(3, 'settings');
  const both = ['code', 'settings'];
  const stage = (name: string, sources: object, at: number): Stage =>
    aStage(name, {
      warehouses: both,
      sources,
      status: {
        ...holding(code[at], settings[Math.min(at, 2)]),
        autoPromotionEnabled: name === 'test',
        autoPromotionHolds:
          name === 'test'
            ? {
                'Warehouse/code': {
                  freightName: code[1].metadata.name,
                  origin: code[1].origin,
                  promotionName: 'p',
                  actor: 'email:ana@example.org',
                  createdAt: ago(60),
                },
              }
            : {},
      },
    });
  return FakeKargoApi.create({
    stages: [
      stage('test', { direct: true }, 1),
      stage('prod', { stages: ['test'] }, 3),
    ],
    warehouses: both.map(name => aWarehouse(name)),
    freight: [...code, ...settings],
    reasons: {
      'stage test': [
        {
          code: 'held',
          origin: 'Warehouse/code',
          freight: code[0].metadata.name,
          holder: code[1].metadata.name,
          promotion: 'p',
          actor: 'email:ana@example.org',
        },
      ],
    },
  });
}

/** A pipeline whose portal or engine does not work any more. */
function troubled(engine: FakeKargoApi['engine']): FakeKargoApi {
  const api = storefront();
  api.engine = engine;
  return api;
}

/** The states that the development app can show, by the name in the address. */
export const SCENARIOS: Record<string, () => FakeKargoApi> = {
  storefront,
  many,
  two: twoOrigins,
  engine: () =>
    troubled({
      state: 'impaired',
      since: minutesAgo(5),
      message:
        'It could not read its work from the database; the next start is in 20 seconds.',
    }),
  away: () =>
    troubled(new KargoRequestError(503, 'The database does not answer.')),
  unreachable: () => troubled(new TypeError('Failed to fetch')),
  empty: () => FakeKargoApi.create({}),
  error: () =>
    failing(new KargoRequestError(500, 'The server could not read its store')),
  denied: () =>
    failing(
      new KargoRequestError(403, 'Permission kargo.project.read is missing.'),
    ),
};
