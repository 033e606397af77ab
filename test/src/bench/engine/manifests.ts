/** The image that the Freight of the benchmark brings; nobody serves it. */
const IMAGE = 'registry.example/demo/app';
const START_MS = Date.parse('2026-01-01T00:00:00Z');

/** A Stage whose Promotions run `compose-output` so many times. */
export function aStage(name: string, steps: number): string {
  const step = `{uses: compose-output, config: {tag: "\${{ imageFrom('${IMAGE}').Tag }}", stage: "\${{ ctx.stage }}"}}`;
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: ${name}, namespace: bench}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: app}
    sources: {direct: true}
  promotionTemplate: {spec: {steps: [${Array(steps).fill(step).join(', ')}]}}
`;
}

/** A project with a Warehouse that only people feed; the Stage `auto` promotes by itself. */
export const PROJECT = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: bench}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: bench, namespace: bench}
spec:
  promotionPolicies:
  - stageSelector: {name: auto}
    autoPromotionEnabled: true
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: app, namespace: bench}
spec:
  freightCreationPolicy: Manual
  interval: 24h
  subscriptions:
  - image: {repoURL: ${IMAGE}}
`;

/** A Stage that stands around: it waits for Freight of a Warehouse that has none. */
export function aBystander(name: string) {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Stage',
    metadata: { name, namespace: 'bench' },
    spec: {
      requestedFreight: [
        {
          origin: { kind: 'Warehouse', name: 'elsewhere' },
          sources: { direct: true },
        },
      ],
      promotionTemplate: { spec: { steps: [{ uses: 'compose-output' }] } },
    },
  };
}

/** The nth Freight, newer than all before. */
export function freightNumber(n: number) {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Freight',
    metadata: { namespace: 'bench' },
    origin: { kind: 'Warehouse', name: 'app' },
    // Times are kept in whole seconds, and the newest is what automation promotes.
    discoveredAt: new Date(START_MS + n * 1000).toISOString(),
    images: [
      {
        repoURL: IMAGE,
        tag: `1.0.${n}`,
        digest: `sha256:${String(n).padStart(64, '0')}`,
      },
    ],
  };
}

/** A Promotion that somebody asks for. */
export function aPromotion(stage: string, freight: string) {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Promotion',
    metadata: { namespace: 'bench' },
    spec: { stage, freight },
  };
}
