import { KindName } from 'backstage-plugin-kargo-common';

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

/** Kinds that a person creates for all projects. */
export const SHARED_KINDS = [
  'ClusterConfig',
  'ClusterPromotionTask',
  'ClusterAnalysisTemplate',
] as const satisfies readonly KindName[];

/** A kind that a person creates. */
export type CreatableKind =
  | (typeof CREATABLE_KINDS)[number]
  | (typeof SHARED_KINDS)[number];

const KARGO = 'apiVersion: kargo.akuity.io/v1alpha1';

function named(name: string, project: string): string {
  return `metadata:\n  name: ${name}\n  namespace: ${project}\n`;
}

const TEMPLATES: Record<CreatableKind, (project: string) => string> = {
  Project: project => `${KARGO}
kind: Project
metadata:
  name: ${project || 'my-project'}
  annotations:
    kargo.akuity.io/description: What it delivers
    # Catalog entities whose owners own this project.
    # kargo.akuity.io/entities: component:default/my-component
`,
  ProjectConfig: project => `${KARGO}
kind: ProjectConfig
${named(project, project)}spec:
  promotionPolicies:
    - stageSelector:
        name: test
      autoPromotionEnabled: true
`,
  Warehouse: project => `${KARGO}
kind: Warehouse
${named('my-app', project)}spec:
  interval: 5m
  subscriptions:
    - image:
        repoURL: registry.example.com/my-app
        constraint: ^1.0.0
`,
  Stage: project => `${KARGO}
kind: Stage
${named('test', project)}spec:
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
`,
  PromotionTask: project => `${KARGO}
kind: PromotionTask
${named('promote', project)}spec:
  vars:
    - name: repoURL
  steps:
    - uses: git-clone
      config:
        repoURL: \${{ vars.repoURL }}
        checkout:
          - branch: main
            path: ./src
`,
  AnalysisTemplate: project => `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
${named('answers', project)}spec:
  metrics:
    - name: answers
      provider:
        web:
          url: https://my-app.example.com/health
`,
  ClusterConfig: () => `${KARGO}
kind: ClusterConfig
metadata:
  name: cluster
spec:
  gitClient:
    name: Kargo
    email: kargo@example.com
`,
  ClusterPromotionTask: () => `${KARGO}
kind: ClusterPromotionTask
metadata:
  name: promote
spec:
  vars:
    - name: repoURL
  steps:
    - uses: git-clone
      config:
        repoURL: \${{ vars.repoURL }}
        checkout:
          - branch: main
            path: ./src
`,
  ClusterAnalysisTemplate: () => `apiVersion: argoproj.io/v1alpha1
kind: ClusterAnalysisTemplate
metadata:
  name: answers
spec:
  args:
    - name: url
  metrics:
    - name: answers
      provider:
        web:
          url: '{{args.url}}'
`,
  ConfigMap: project => `apiVersion: v1
kind: ConfigMap
${named('settings', project)}data:
  region: eu
`,
  Secret: project => `apiVersion: v1
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
`,
};

/** A small manifest of a kind that is valid as it is, to begin with. */
export function manifestTemplate(kind: CreatableKind, project: string): string {
  return TEMPLATES[kind](project);
}
