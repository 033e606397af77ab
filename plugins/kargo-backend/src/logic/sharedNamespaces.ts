/** What clients are told as the namespace that Kargo itself is installed in. */
export const KARGO_NAMESPACE = 'kargo';

/** Namespace of Secrets and ConfigMaps that the installation itself uses; no project. */
export const SYSTEM_NAMESPACE = 'kargo-system-resources';

/** Default of the namespace of Secrets and ConfigMaps that every project may use; no project. */
export const DEFAULT_SHARED_NAMESPACE = 'kargo-shared-resources';
