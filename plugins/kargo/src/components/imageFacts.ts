import { FreightArtifact } from 'backstage-plugin-kargo-common';

/** What is known of an image beside its tag. */
export interface ImageFacts {
  digest?: string;
  /** RFC 3339. */
  builtAt?: string;
  /** The page of what it was built of. */
  sourceURL?: string;
}

const CREATED = 'org.opencontainers.image.created';
const SOURCE = 'org.opencontainers.image.source';

/** What is known of an image; nothing of other artifacts. */
export function imageFacts(artifact: FreightArtifact): ImageFacts {
  const { kind, revision, annotations = {} } = artifact;
  if (kind !== 'image') {
    return {};
  }
  const digest = revision.slice(revision.indexOf('@') + 1);
  const created = annotations[CREATED];
  const source = annotations[SOURCE];
  return {
    ...(digest && { digest }),
    ...(created && !Number.isNaN(Date.parse(created)) && { builtAt: created }),
    // What an image says is a stranger's: only a page is led to.
    ...(source && /^https?:\/\//i.test(source) && { sourceURL: source }),
  };
}
