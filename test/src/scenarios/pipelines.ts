/** Where a pipeline of a scenario finds its image and writes its tag. */
export interface PipelineSubject {
  readonly project: string;
  readonly image: string;
  readonly gitURL: string;
}

/** A project whose Freight people make by hand, and whose Stages people promote to. */
export function aProjectByHand(subject: PipelineSubject): string {
  const { project, image } = subject;
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata:
  name: ${project}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata:
  name: guestbook
  namespace: ${project}
spec:
  freightCreationPolicy: Manual
  interval: 24h
  subscriptions:
  - image:
      repoURL: ${image}
`;
}

/** Freight of one tag. */
export function aFreight(subject: PipelineSubject, tag: string): string {
  const digest = Buffer.from(tag).toString('hex').padStart(64, '0');
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata:
  namespace: ${subject.project}
origin:
  kind: Warehouse
  name: guestbook
images:
- repoURL: ${subject.image}
  tag: ${tag}
  digest: sha256:${digest}
`;
}

/**
 * A Stage that writes the tag into its overlay, commits and pushes.
 *
 * @param beforeCommit - YAML of steps between the change and the commit
 */
export function aGitStage(
  subject: PipelineSubject,
  stage: string,
  sources: string,
  beforeCommit: string = '',
): string {
  const { project, image, gitURL } = subject;
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: ${stage}
  namespace: ${project}
spec:
  requestedFreight:
  - origin:
      kind: Warehouse
      name: guestbook
    sources: ${sources}
  promotionTemplate:
    spec:
      vars:
      - name: gitRepo
        value: ${gitURL}
      - name: imageRepo
        value: ${image}
      steps:
      - uses: git-clone
        config:
          repoURL: \${{ vars.gitRepo }}
          checkout:
          - branch: main
            path: ./src
      - uses: kustomize-set-image
        as: update-image
        config:
          path: ./src/apps/guestbook/overlays/\${{ ctx.stage }}
          images:
          - image: \${{ vars.imageRepo }}
            tag: \${{ imageFrom(vars.imageRepo).Tag }}
${beforeCommit}
      - uses: git-commit
        as: commit
        config:
          path: ./src
          message: Promote \${{ imageFrom(vars.imageRepo).Tag }} to \${{ ctx.stage }}
      - uses: git-push
        config:
          path: ./src
`;
}
