import { KARGO_API_VERSION } from 'backstage-plugin-kargo-common';

/** A Project of today's words, and what its older ones become. */
export interface SplitProject {
  project: unknown;
  /** Manifest of the ProjectConfig that its `spec.promotionPolicies` stand for. */
  config?: {
    apiVersion: string;
    kind: 'ProjectConfig';
    metadata: { name: string; namespace: string };
    spec: { promotionPolicies: unknown };
  };
}

/** What became of the policies of an older Project, in a sentence. */
export function tellProjectPolicies(
  project: string,
  fate: 'made' | 'ignored',
): string {
  const what = {
    made: 'one was made of them',
    ignored: 'it has one, which decides, and they are ignored',
  };
  return `Project '${project}': spec.promotionPolicies belong into a ProjectConfig since Kargo 1.7; ${what[fate]}`;
}

/** Whether one of some manifests is the ProjectConfig of a project. */
export function hasProjectConfig(
  project: string,
  manifests: readonly unknown[],
): boolean {
  return manifests.some(manifest => {
    const { kind, metadata } = (manifest ?? {}) as {
      kind?: unknown;
      metadata?: { namespace?: unknown };
    };
    return kind === 'ProjectConfig' && metadata?.namespace === project;
  });
}

/**
 * Takes `spec.promotionPolicies` out of a Project, where they stood before Kargo 1.7 gave
 * them a ProjectConfig. Other manifests pass as they are.
 */
export function splitProject(manifest: unknown): SplitProject {
  const { apiVersion, kind, metadata, spec } = (manifest ?? {}) as {
    apiVersion?: unknown;
    kind?: unknown;
    metadata?: { name?: unknown };
    spec?: { promotionPolicies?: unknown };
  };
  const name = metadata?.name;
  const isProject = apiVersion === KARGO_API_VERSION && kind === 'Project';
  if (!isProject || typeof name !== 'string' || !spec?.promotionPolicies) {
    return { project: manifest };
  }
  const { promotionPolicies, ...rest } = spec;
  return {
    project: { ...(manifest as object), spec: rest },
    config: {
      apiVersion: KARGO_API_VERSION,
      kind: 'ProjectConfig',
      metadata: { name, namespace: name },
      spec: { promotionPolicies },
    },
  };
}
