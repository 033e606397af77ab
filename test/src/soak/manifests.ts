/** A project of a soak run: its own folder of one repository, and an image that nobody serves. */
export interface SoakProject {
  readonly name: string;
  readonly gitURL: string;
  readonly image: string;
  /** Where the steps ring; the Promotion's name follows. */
  readonly doorbellURL: string;
}

/** Stages of every project; all take Freight directly, so that each may be promoted at any time. */
export const SOAK_STAGES = ['test', 'uat', 'prod'] as const;

/** The folder of a Stage in the repository. */
export function overlayPath(project: string, stage: string): string {
  return `apps/${project}/${stage}`;
}

/** Project, Warehouse and Stages as YAML documents. */
export function soakManifests(project: SoakProject): string {
  return [
    `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: ${project.name}}
`,
    `
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: app, namespace: ${project.name}}
spec:
  freightCreationPolicy: Manual
  interval: 24h
  subscriptions: [{image: {repoURL: ${project.image}}}]
`,
    ...SOAK_STAGES.map(stage => stageManifest(project, stage)),
  ].join('---');
}

function stageManifest(project: SoakProject, stage: string): string {
  const { name, gitURL, image, doorbellURL } = project;
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: ${stage}, namespace: ${name}}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: app}
    sources: {direct: true}
  promotionTemplate:
    spec:
      steps:
      - uses: git-clone
        config:
          repoURL: ${gitURL}
          checkout: [{branch: main, path: ./src}]
      - uses: kustomize-set-image
        config:
          path: ./src/${overlayPath(name, stage)}
          images: [{image: ${image}, tag: "\${{ imageFrom('${image}').Tag }}"}]
      - uses: git-commit
        config:
          path: ./src
          message: "Promote \${{ imageFrom('${image}').Tag }} to \${{ ctx.stage }}"
      - uses: git-push
        config: {path: ./src}
      - uses: http
        config: {method: POST, url: "${doorbellURL}/\${{ ctx.promotion }}", timeout: 20s}
`;
}

/** Freight of one tag. */
export function soakFreight(project: SoakProject, tag: string): string {
  const digest = Buffer.from(tag).toString('hex').padStart(64, '0');
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata: {namespace: ${project.name}}
origin: {kind: Warehouse, name: app}
images: [{repoURL: ${project.image}, tag: ${tag}, digest: "sha256:${digest}"}]
`;
}

/** What the repository holds before the first Promotion. */
export function soakRepository(
  projects: readonly Pick<SoakProject, 'name' | 'image'>[],
): Record<string, string> {
  return Object.fromEntries(
    projects.flatMap(({ name, image }) =>
      SOAK_STAGES.map(stage => [
        `${overlayPath(name, stage)}/kustomization.yaml`,
        `images:\n- name: ${image}\n  newTag: 0.0.0\n`,
      ]),
    ),
  );
}
