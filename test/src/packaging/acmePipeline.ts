/**
 * Project `acme` with a Warehouse that nobody serves, and Stage `test`.
 *
 * @param steps - those of the Stage, as the lines of a list in YAML
 */
export function acmePipeline(steps: string): string {
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: acme}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: acme}
spec:
  freightCreationPolicy: Manual
  subscriptions:
  - image: {repoURL: 127.0.0.1:9/web}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: acme}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: web}
    sources: {direct: true}
  promotionTemplate:
    spec:
      steps:
${steps}
`;
}

/** What is promoted, made by hand. */
export const ACME_FREIGHT = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata: {namespace: acme}
origin: {kind: Warehouse, name: web}
images: [{repoURL: 127.0.0.1:9/web, tag: 1.2.0}]
`;
