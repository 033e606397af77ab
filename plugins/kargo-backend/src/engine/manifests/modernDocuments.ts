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

/** A document in the words of today. */
export interface ModernDocument extends ManifestDocument {
  /** Whether one of its name that somebody else made counts, and not it. */
  yields?: boolean;
}

/**
 * What is applied of documents, as an API request with the same ones would have it: what belongs
 * to a cluster is passed over, and the policies of an older Project become its ProjectConfig.
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
