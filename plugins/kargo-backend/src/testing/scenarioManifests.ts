/** Image of a Warehouse of the scenarios. */
export function imageOf(warehouse: string): string {
  return `ghcr.io/acme/${warehouse}`;
}

/** Project `demo`; automation is on for the Stages whose names match the pattern. */
export function demoProject(automated: string): string {
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: demo}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: demo, namespace: demo}
spec:
  promotionPolicies:
  - stageSelector: {name: "regex:^(${automated})$"}
    autoPromotionEnabled: true
`;
}

/** A Warehouse that watches one image of its name. */
export function demoWarehouse(name: string): string {
  return `---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: ${name}, namespace: demo}
spec:
  interval: 24h
  subscriptions:
  - image: {repoURL: ${imageOf(name)}}
`;
}

/**
 * A Stage.
 *
 * @param sources - flow-style YAML by Warehouse
 * @param steps - flow-style YAML; without steps it is a control-flow Stage
 */
export function demoStage(
  name: string,
  sources: Record<string, string>,
  steps: string | undefined = '[{uses: noop}]',
): string {
  const requests = Object.entries(sources).map(
    ([warehouse, source]) =>
      `{origin: {kind: Warehouse, name: ${warehouse}}, sources: ${source}}`,
  );
  return `---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: ${name}, namespace: demo}
spec:
  requestedFreight: [${requests.join(', ')}]
${steps && `  promotionTemplate: {spec: {steps: ${steps}}}`}
`;
}
