import {
  FreightReference,
  JsonObject,
  KARGO_API_VERSION,
  ResourceMetadata,
  Subscription,
} from 'backstage-plugin-kargo-common';
import { LookupTable } from 'backstage-plugin-kargo-backend/src/expressions/lookups';
import { atOnce } from 'backstage-plugin-kargo-backend/src/expressions/Paced';
import {
  evaluateStepConfig,
  StepEvaluationInput,
} from 'backstage-plugin-kargo-backend/src/expressions/promotionScope';

const ORIGIN = { kind: 'Warehouse', name: 'storefront' } as const;
const REPO = 'https://github.com/acme/storefront.git';

const metadata = (name: string): ResourceMetadata => ({
  name,
  namespace: 'shop',
  uid: 'u1',
  resourceVersion: '1',
  generation: 1,
  creationTimestamp: '2026-01-01T00:00:00Z',
});

const FREIGHT: FreightReference = {
  name: '7f3c1ab5d2e04c1f9a1d3c5b7e9f0a2b4c6d8e0f',
  origin: ORIGIN,
  commits: [{ repoURL: REPO, id: '9f3c1ab5d2', message: 'feat: a cart' }],
  images: [
    { repoURL: 'ghcr.io/acme/web', tag: '1.10.2', digest: 'sha256:aa11' },
    { repoURL: 'ghcr.io/acme/cart', tag: '2.0.1', digest: 'sha256:bb22' },
  ],
};

const SUBSCRIPTIONS = [
  { git: { repoURL: REPO } },
  { image: { repoURL: 'ghcr.io/acme/web' } },
  { image: { repoURL: 'ghcr.io/acme/cart' } },
] as Subscription[];

/** The config of a git-clone and of a kustomize-set-image. */
const CONFIG: JsonObject = {
  repoURL: '${{ vars.repo }}',
  checkout: [
    { commit: '${{ commitFrom(vars.repo).ID }}', path: './src' },
    { branch: 'stage/${{ ctx.stage }}', create: true, path: './out' },
  ],
  path: './src/overlays/${{ ctx.stage }}',
  images: [
    {
      image: '${{ vars.web }}',
      tag: '${{ quote(imageFrom(vars.web).Tag) }}',
    },
    { image: 'ghcr.io/acme/cart', digest: 'sha256:bb22' },
  ],
};

function createInput(): StepEvaluationInput {
  const lookups = new LookupTable();
  lookups.add(
    { kind: 'Warehouse', name: ORIGIN.name },
    { kind: 'Warehouse', subscriptions: SUBSCRIPTIONS },
  );
  return {
    promotion: {
      apiVersion: KARGO_API_VERSION,
      kind: 'Promotion',
      metadata: metadata('test.01k4q0x7m2v8c3n5d6f9g1h2j3.7f3c1ab'),
      spec: {
        stage: 'test',
        freight: FREIGHT.name,
        vars: [
          { name: 'repo', value: REPO },
          { name: 'registry', value: 'ghcr.io/acme' },
          { name: 'web', value: '${{ vars.registry }}/web' },
          { name: 'branch', value: 'stage/${{ ctx.stage }}' },
        ],
      },
    },
    stage: {
      apiVersion: KARGO_API_VERSION,
      kind: 'Stage',
      metadata: metadata('test'),
      spec: {
        requestedFreight: [{ origin: ORIGIN, sources: { direct: true } }],
      },
    },
    status: {
      freight: FREIGHT,
      freightCollection: {
        id: 'c1',
        items: { 'Warehouse/storefront': FREIGHT },
      },
      stepExecutionMetadata: [
        { alias: 'clone', status: 'Succeeded' },
        { alias: 'clear', status: 'Succeeded' },
        { alias: 'update', status: 'Running' },
      ],
      state: { clone: { commits: { './src': '9f3c1ab5d2' } } },
    },
    freightAlias: 'swift-otter',
    step: { uses: 'kustomize-set-image', as: 'update', config: CONFIG },
    lookups,
    nowMs: Date.UTC(2026, 0, 2),
  };
}

/** Evaluates a typical step config with its variables, everything compiled before. */
export function createStepConfigWork(): () => JsonObject {
  const input = createInput();
  return () => atOnce(evaluateStepConfig(input));
}
