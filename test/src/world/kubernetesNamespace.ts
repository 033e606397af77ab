import type { KubernetesServer, ServedKind } from './kubernetesServer';

/** The kind of namespaces. */
export const NAMESPACES: ServedKind = {
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
};

/** Makes a namespace, marked as a Project's unless told otherwise. */
export function addNamespace(
  server: KubernetesServer,
  name: string,
  labels: Record<string, string> = { 'kargo.akuity.io/project': 'true' },
): void {
  server.put({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, namespace: '', labels },
  });
}
