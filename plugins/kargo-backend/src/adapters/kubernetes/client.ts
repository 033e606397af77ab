/**
 * The client of Kubernetes, loaded when it is first asked for: that takes half a second of
 * processor time and 80 MiB, and most portals have no cluster.
 *
 * @remarks
 * Types are imported from the library itself; they leave nothing behind. `require`, because
 * Jest and the transformation of sources let CommonJS import nothing later in another way.
 */
export function kubernetesClient(): typeof import('@kubernetes/client-node') {
  return require('@kubernetes/client-node');
}
