import { KindName } from 'backstage-plugin-kargo-common';
import {
  isClusterManifest,
  tellClusterManifest,
  withNamespace,
} from '../../logic/admission/clusterManifests';
import {
  hasProjectConfig,
  splitProject,
  tellProjectPolicies,
} from '../../logic/admission/projectPolicies';
import { ManifestDocument } from '../../ports/ManifestSource';

/** Kinds whose making is a request, by what asks for one instead. */
const ASKED_FOR: Readonly<Record<string, string>> = {
  'kargo.akuity.io/v1alpha1/Promotion':
    'promote in the portal or with `kargo promote`, or let a promotion policy do it',
  'argoproj.io/v1alpha1/AnalysisRun':
    'verify the Stage again in the portal or with `kargo verify stage`',
};

/** Whether making one of a kind asks for something to be carried out, and nothing is kept of it. */
export function isRequestKind(kind: KindName): boolean {
  return Object.keys(ASKED_FOR).some(type => type.endsWith(`/${kind}`));
}

/** A document in the words of today. */
export interface ModernDocument extends ManifestDocument {
  /** Whether one of its name that somebody else made counts, and not it. */
  yields?: boolean;
}

/**
 * What is applied of documents, as an API request with the same ones would have it: what belongs
 * to a cluster is passed over, and the policies of an older Project become its ProjectConfig.
 * Differs: what is made to be carried out once is passed over too, as it would be made anew by
 * every pass, and files that were exported hold some.
 *
 * @param passOver - told of what is not applied, and why
 */
export function modernDocuments(
  documents: readonly ManifestDocument[],
  passOver: (origin: string, reason: string) => void,
): ModernDocument[] {
  const all = documents.map(({ manifest }) => manifest);
  return documents.flatMap((document): ModernDocument[] => {
    const { origin, manifest } = document;
    if (isClusterManifest(manifest)) {
      passOver(origin, tellClusterManifest(manifest));
      return [];
    }
    const request = tellRequest(manifest);
    if (request) {
      passOver(origin, request);
      return [];
    }
    const { project, config } = splitProject(withNamespace(manifest, all));
    if (!config) {
      return [{ ...document, manifest: project }];
    }
    const { name } = config.metadata;
    const own = { ...document, manifest: project };
    if (hasProjectConfig(name, all)) {
      passOver(origin, tellProjectPolicies(name, 'ignored'));
      return [own];
    }
    const warning = tellProjectPolicies(name, 'made');
    return [own, { origin, manifest: config, warning, yields: true }];
  });
}

/** Why a manifest is not kept in sync that asks for something; nothing for all others. */
function tellRequest(manifest: unknown): string | undefined {
  const { apiVersion, kind, metadata } = (manifest ?? {}) as {
    apiVersion?: unknown;
    kind?: unknown;
    metadata?: { name?: unknown };
  };
  const type = `${apiVersion}/${kind}`;
  const name = metadata?.name;
  // Promotions need none: they are given theirs.
  const what = typeof name === 'string' ? `${kind} '${name}'` : kind;
  return Object.hasOwn(ASKED_FOR, type)
    ? `${what} is not made: it would be, again and again, by configured manifests; ${ASKED_FOR[type]}`
    : undefined;
}
