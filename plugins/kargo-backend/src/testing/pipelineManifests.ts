/** A project with Warehouse `web` and the Stages `test`, `qa` and `prod`, by hand only. */
export function pipelineManifests(project: string): string {
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: test, namespace: ${project}, labels: { tier: test } }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: web }
      sources: { direct: true }
  promotionTemplate: { spec: { steps: [ { uses: copy, config: { inPath: a, outPath: b } } ] } }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: qa, namespace: ${project}, labels: { tier: test } }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: web }
      sources: { stages: [test] }
  promotionTemplate: { spec: { steps: [ { uses: copy, config: { inPath: a, outPath: b } } ] } }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: prod, namespace: ${project}, labels: { tier: prod } }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: web }
      sources: { stages: [test] }
  promotionTemplate: { spec: { steps: [ { uses: copy, config: { inPath: a, outPath: b } } ] } }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: gate, namespace: ${project} }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: web }
      sources: { stages: [test] }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: { name: web, namespace: ${project} }
spec:
  subscriptions:
    - image: { repoURL: registry.example/web, constraint: ^1.0.0 }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: { name: docs, namespace: ${project} }
spec:
  subscriptions:
    - git: { repoURL: https://git.example/docs.git }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: { name: ${project} }
`;
}

/** Freight of Warehouse `web`. */
export function freightManifest(
  project: string,
  tag: string,
  alias: string,
): string {
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata: { namespace: ${project} }
alias: ${alias}
origin: { kind: Warehouse, name: web }
images:
  - { repoURL: registry.example/web, tag: ${tag}, digest: "sha256:${tag.replace(
    /\D/g,
    '',
  )}" }
`;
}
