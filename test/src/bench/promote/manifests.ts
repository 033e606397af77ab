/** Where the pipelines of the benchmark find what they move, and where they write it. */
export interface BenchSubject {
  /** Repository of the image, as manifests name it. */
  image: string;
  gitURL: string;
}

const PROJECT = 'bench';

/**
 * A project with a Warehouse that makes Freight by itself; the Stage `auto` promotes it.
 *
 * @param discoveryLimit - tags that are looked at each time
 */
export function aProject({ image }: BenchSubject, discoveryLimit = 20): string {
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: ${PROJECT}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: ${PROJECT}, namespace: ${PROJECT}}
spec:
  promotionPolicies:
  - stageSelector: {name: auto}
    autoPromotionEnabled: true
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: app, namespace: ${PROJECT}}
spec:
  interval: 24h
  subscriptions:
  - image:
      repoURL: ${image}
      imageSelectionStrategy: SemVer
      discoveryLimit: ${discoveryLimit}
`;
}

/** A Stage with steps as a block of YAML. */
export function aStage(name: string, steps: string): string {
  return `
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: ${name}, namespace: ${PROJECT}}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: app}
    sources: {direct: true}
  promotionTemplate:
    spec:
      steps:
${steps}
`;
}

/** A Stage that clones, sets the image, commits and, unless told, pushes. */
export function aGitStage(
  name: string,
  { image, gitURL }: BenchSubject,
  push = true,
): string {
  return aStage(
    name,
    `
      - uses: git-clone
        config:
          repoURL: ${gitURL}
          checkout: [{branch: main, path: ./src}]
      - uses: kustomize-set-image
        config:
          path: ./src/apps/${name}
          images: [{image: ${image}, tag: "\${{ imageFrom('${image}').Tag }}"}]
      - uses: git-commit
        config: {path: ./src, message: "Promote \${{ ctx.promotion }}"}
${push ? '      - uses: git-push\n        config: {path: ./src}' : ''}`,
  );
}

/** A Stage whose three steps do next to nothing. */
export function aLightStage(name: string, { image }: BenchSubject): string {
  const step = `
      - uses: compose-output
        config: {tag: "\${{ imageFrom('${image}').Tag }}"}`;
  return aStage(name, step.repeat(3));
}

/** The file that a promotion to a Stage changes, by its path in the repository. */
export function filesOf(stage: string): Record<string, string> {
  return {
    [`apps/${stage}/kustomization.yaml`]:
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n',
  };
}
