import { Resource } from 'backstage-plugin-kargo-common';

/** Label of everything that comes from configured manifests. */
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
/** Its value. */
export const MANAGER = 'kargo-manifests';

/** Whether a resource comes from a configured manifest, and is made again when it is not there. */
export function isConfigured({ metadata }: Resource): boolean {
  return metadata.labels?.[MANAGED_BY_LABEL] === MANAGER;
}
