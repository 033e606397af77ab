import { ANNOTATIONS, problemAt, Project } from 'backstage-plugin-kargo-common';
import { ParsedManifest } from '../../../logic/admission/ParsedManifest';
import { InvalidResourceError } from '../../../logic/admission/InvalidResourceError';
import { KARGO_NAMESPACE } from '../../../logic/sharedNamespaces';
import { KindAdmission } from '../KindModule';

/** A Project takes no name that is kept for others, and remembers who made it. */
export const projectAdmission: KindAdmission<Project> = {
  checkNew,
  stamp: (draft, requester) => ({
    ...draft,
    metadata: {
      ...draft.metadata,
      annotations: {
        ...draft.metadata.annotations,
        [ANNOTATIONS.createActor]: requester.actor,
      },
    },
  }),
};

/** What lies in Kargo's own namespace acts in the whole installation. */
function checkNew(
  manifest: ParsedManifest,
  isShared: (namespace: string) => boolean,
): void {
  const { name = '' } = manifest.metadata;
  if (name === KARGO_NAMESPACE || isShared(name)) {
    throw new InvalidResourceError(`Project '${name}'`, [
      problemAt(
        manifest,
        ['metadata', 'name'],
        name === KARGO_NAMESPACE
          ? 'a name that is not kept for the installation'
          : 'a name that is not kept for shared resources',
      ),
    ]);
  }
}
