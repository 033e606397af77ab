import {
  ANNOTATIONS,
  CLUSTER_KINDS,
  KARGO_API_VERSION,
} from 'backstage-plugin-kargo-common';

/** What becomes here of what manifests hold for a cluster. */
const FATES: Readonly<Record<string, string>> & {
  [kind in (typeof CLUSTER_KINDS)[number]]: string;
} = {
  'v1/Namespace':
    'there are no namespaces here; what it says of keeping them counts for a Project of its name in the same request',
  'argoproj.io/v1alpha1/Application': 'it belongs to Argo CD, and is skipped',
  'argoproj.io/v1alpha1/ApplicationSet':
    'it belongs to Argo CD, and is skipped',
  'argoproj.io/v1alpha1/AppProject': 'it belongs to Argo CD, and is skipped',
};

/** An object of a cluster, as far as it is looked at. */
export interface ClusterManifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    annotations?: Record<string, unknown>;
  };
}

/**
 * Whether a manifest is of a kind that lives in a cluster: files for Kargo often hold some,
 * which must not stop the rest.
 */
export function isClusterManifest(
  manifest: unknown,
): manifest is ClusterManifest {
  const { apiVersion, kind, metadata } = (manifest ?? {}) as {
    apiVersion?: unknown;
    kind?: unknown;
    metadata?: { name?: unknown };
  };
  return (
    Object.hasOwn(FATES, `${apiVersion}/${kind}`) &&
    typeof metadata?.name === 'string'
  );
}

/** What becomes of a manifest of a cluster, in a sentence. */
export function tellClusterManifest(manifest: ClusterManifest): string {
  const { apiVersion, kind, metadata } = manifest;
  return `${kind} '${metadata.name}' is not stored: ${
    FATES[`${apiVersion}/${kind}`]
  }`;
}

/**
 * A Project that keeps what is in it after its deletion when the Namespace of its name says
 * so; other manifests as they are.
 */
export function withNamespace(
  manifest: unknown,
  documents: readonly unknown[],
): unknown {
  const { apiVersion, kind, metadata } = (manifest ?? {}) as Record<
    string,
    unknown
  > & { metadata?: { name?: unknown; annotations?: object } };
  if (apiVersion !== KARGO_API_VERSION || kind !== 'Project' || !metadata) {
    return manifest;
  }
  const namespace = documents.find(
    (document): document is ClusterManifest =>
      isClusterManifest(document) &&
      document.kind === 'Namespace' &&
      document.metadata.name === metadata.name,
  );
  const keep = namespace?.metadata.annotations?.[ANNOTATIONS.keepNamespace];
  return keep === undefined
    ? manifest
    : {
        ...(manifest as object),
        metadata: {
          ...metadata,
          annotations: {
            [ANNOTATIONS.keepNamespace]: keep,
            ...metadata.annotations,
          },
        },
      };
}
