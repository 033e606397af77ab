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

/** A moment; what names no zone would be another one for each viewer. */
const RFC_3339 =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

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
    ...(created && isMoment(created) && { builtAt: created }),
    // What an image says is a stranger's: only a page is led to.
    ...(source && /^https?:\/\//i.test(source) && { sourceURL: source }),
  };
}

function isMoment(text: string): boolean {
  return RFC_3339.test(text) && !Number.isNaN(Date.parse(text));
}
