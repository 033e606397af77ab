/** A project of a soak run: its own folder of one repository, and an image that nobody serves. */
export interface SoakProject {
  readonly name: string;
  readonly gitURL: string;
  readonly image: string;
  /** Where the steps ring; the Promotion's name follows. */
  readonly doorbellURL: string;
}

/** Stages that write to the main branch. */
export const WRITING_STAGES = ['test', 'uat', 'prod'] as const;

/** The Stage that proposes what it writes by a pull request. */
export const PROPOSING_STAGE = 'review';

/** Stages of every project; all take Freight directly, so that each may be promoted at any time. */
export const SOAK_STAGES = [...WRITING_STAGES, PROPOSING_STAGE] as const;

/** The branch that a Promotion to {@link PROPOSING_STAGE} makes. */
export function proposalBranch(promotion: string): string {
  return `kargo/promotion/${promotion}`;
}

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
    `
apiVersion: v1
kind: Secret
metadata:
  name: git
  namespace: ${project.name}
  labels: {kargo.akuity.io/cred-type: git}
stringData: {repoURL: "${project.gitURL}", username: kargo, password: a-token-of-the-test}
`,
    ...SOAK_STAGES.map(stage => stageManifest(project, stage)),
  ].join('---');
}

function stageManifest(project: SoakProject, stage: string): string {
  const { name, gitURL, image, doorbellURL } = project;
  const push =
    stage === PROPOSING_STAGE
      ? `
      - uses: git-push
        as: push
        config: {path: ./src, generateTargetBranch: true}
      - uses: git-open-pr
        config:
          repoURL: ${gitURL}
          sourceBranch: "\${{ outputs.push.branch }}"
          targetBranch: main`
      : `
      - uses: git-push
        config: {path: ./src}`;
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
          message: "Promote \${{ imageFrom('${image}').Tag }} to \${{ ctx.stage }}"${push}
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
