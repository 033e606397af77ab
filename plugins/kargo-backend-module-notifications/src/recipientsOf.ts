import { ANNOTATIONS, Project, Stage } from 'backstage-plugin-kargo-common';
import { readEntityRef } from './entityRefs';
import { KindConfig } from './readConfig';

/** More than that is no list of people that somebody chose. */
const MOST_LISTED = 20;

/** Whose a Stage is, and who asked for what happened. */
export interface Concerned {
  owners: readonly string[];
  project: Pick<Project, 'metadata'>;
  stage: Pick<Stage, 'metadata'>;
  /** Told even if nothing there is theirs. */
  requester?: string;
}

/**
 * The entities to notify: the owners, those whom the Stage names or, if it names none, its
 * project, those of the configuration, and whoever asked.
 */
export function recipientsOf(
  { owners: areOwnersTold, recipients }: KindConfig,
  { owners, project, stage, requester }: Concerned,
): string[] {
  const listed =
    stage.metadata.annotations?.[ANNOTATIONS.notify] ??
    project.metadata.annotations?.[ANNOTATIONS.notify] ??
    '';
  return [
    ...new Set([
      ...(areOwnersTold ? owners : []),
      ...listed
        .split(',', MOST_LISTED)
        .flatMap(each => readEntityRef(each) ?? []),
      ...recipients,
      ...(requester ? [requester] : []),
    ]),
  ];
}
