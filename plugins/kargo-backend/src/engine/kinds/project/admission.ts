import { ANNOTATIONS, Project } from 'backstage-plugin-kargo-common';
import { KindAdmission } from '../KindModule';

/** A Project remembers who made it. */
export const projectAdmission: KindAdmission<Project> = {
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
