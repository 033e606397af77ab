import { JsonObject, KindName, Resource } from 'backstage-plugin-kargo-common';
import { stringify } from 'yaml';

/** What of the metadata only the engine writes. */
const OWN_METADATA = [
  'uid',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'finalizers',
  'ownerReferences',
];

/** A stored resource as YAML, whole. */
export function storedManifest(resource: Resource): string {
  return stringify(resource, { lineWidth: 0 });
}

/**
 * A stored resource as a person edits it: without its status and what only the engine
 * writes. Its version stays, so that a change made by somebody else meanwhile is not
 * overwritten.
 */
export function editableManifest(resource: Resource): string {
  const { status: _, ...rest } = resource as Resource & { status?: unknown };
  const metadata = Object.fromEntries(
    Object.entries(resource.metadata).filter(
      ([name]) => !OWN_METADATA.includes(name),
    ),
  );
  return stringify({ ...rest, metadata }, { lineWidth: 0 });
}

/** What names a resource, and no more. */
export function manifestName(resource: Resource): JsonObject {
  const { name, namespace } = resource.metadata;
  return {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: { name, ...(namespace && { namespace }) },
  };
}

/** Kinds that a person creates, in the order in which a pipeline is made. */
export const CREATABLE_KINDS = [
  'Project',
  'ProjectConfig',
  'Warehouse',
  'Stage',
  'PromotionTask',
  'AnalysisTemplate',
  'ConfigMap',
  'Secret',
] as const satisfies readonly KindName[];

/** A kind that a person creates. */
export type CreatableKind = (typeof CREATABLE_KINDS)[number];

const KARGO = 'apiVersion: kargo.akuity.io/v1alpha1';

/** A small manifest of a kind that is valid as it is, to begin with. */
export function manifestTemplate(kind: CreatableKind, project: string): string {
  const named = (name: string) =>
    `metadata:\n  name: ${name}\n  namespace: ${project}\n`;
  switch (kind) {
    case 'Project':
      return `${KARGO}
kind: Project
metadata:
  name: my-project
  annotations:
    kargo.akuity.io/description: What it delivers
    # Catalog entities whose owners own this project.
    # kargo.akuity.io/entities: component:default/my-component
`;
    case 'ProjectConfig':
      return `${KARGO}
kind: ProjectConfig
${named(project)}spec:
  promotionPolicies:
    - stageSelector:
        name: test
      autoPromotionEnabled: true
`;
    case 'Warehouse':
      return `${KARGO}
kind: Warehouse
${named('my-app')}spec:
  interval: 5m
  subscriptions:
    - image:
        repoURL: registry.example.com/my-app
        constraint: ^1.0.0
`;
    case 'Stage':
      return `${KARGO}
kind: Stage
${named('test')}spec:
  requestedFreight:
    - origin:
        kind: Warehouse
        name: my-app
      sources:
        direct: true
  promotionTemplate:
    spec:
      steps:
        - uses: git-clone
          config:
            repoURL: https://git.example.com/my-app-config.git
            checkout:
              - branch: main
                path: ./src
        - uses: yaml-update
          config:
            path: ./src/test/values.yaml
            updates:
              - key: image.tag
                value: \${{ imageFrom("registry.example.com/my-app").Tag }}
        - uses: git-commit
          config:
            path: ./src
            message: Promote to test
        - uses: git-push
          config:
            path: ./src
`;
    case 'PromotionTask':
      return `${KARGO}
kind: PromotionTask
${named('promote')}spec:
  vars:
    - name: repoURL
  steps:
    - uses: git-clone
      config:
        repoURL: \${{ vars.repoURL }}
        checkout:
          - branch: main
            path: ./src
`;
    case 'AnalysisTemplate':
      return `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
${named('answers')}spec:
  metrics:
    - name: answers
      provider:
        web:
          url: https://my-app.example.com/health
`;
    case 'ConfigMap':
      return `apiVersion: v1
kind: ConfigMap
${named('settings')}data:
  region: eu
`;
    default:
      return `apiVersion: v1
kind: Secret
metadata:
  name: registry
  namespace: ${project}
  labels:
    kargo.akuity.io/cred-type: image
stringData:
  repoURL: registry.example.com/my-app
  username: robot
  password: ''
`;
  }
}
