import { CustomObject } from 'kargo-test';

/** An Application of Argo CD that Stage `proj:dev` may change, unless told otherwise. */
export function anApplication(
  name: string,
  { metadata, spec, ...rest }: Record<string, any> = {},
): CustomObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name,
      namespace: 'argocd',
      annotations: { 'kargo.akuity.io/authorized-stage': 'proj:dev' },
      ...metadata,
    },
    spec: {
      project: 'default',
      source: {
        repoURL: 'https://github.com/O/R.git',
        targetRevision: 'main',
      },
      ...spec,
    },
    ...rest,
  };
}
