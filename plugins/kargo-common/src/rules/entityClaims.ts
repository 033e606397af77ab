import { ANNOTATIONS } from '../model/labels';
import { matchesGlob } from './pipelineScope';

/** What one catalog entity says of a project. Anybody who registers an entity can say it. @public */
export interface EntityClaim {
  /** Lower-case entity reference, `component:default/web`. */
  entity: string;
  /** Names or globs; absent means every Stage. */
  stages?: string[];
  /** Owners of the entity, as lower-case entity references. */
  owners: string[];
}

/** A Project or a Stage, as far as it says which entities it belongs to. @public */
export interface ClaimedResource {
  metadata: { name: string; annotations?: Record<string, string> };
}

/**
 * Owners of a project, or of a Stage of it, in ascending order: those of the entities
 * that claim it and that it confirms.
 *
 * @remarks
 * A Project confirms in the annotation `kargo.akuity.io/entities`. The same annotation on
 * a Stage stands in its place there, so that an entity which widens the Stages that it
 * claims does not get one that is not its own. An unconfirmed claim gives nothing.
 *
 * Of what is confirmed, a Stage belongs to every entity that names it or names no
 * Stages. A project belongs to the entities that name no Stages; if all of them do, to
 * each of them.
 *
 * @public
 */
export function confirmedOwners(
  claims: readonly EntityClaim[],
  project: ClaimedResource,
  stage?: ClaimedResource,
): string[] {
  const confirms = readConfirmed(project, stage);
  const confirmed = claims.filter(claim => confirms(claim.entity));
  const belongs = stage
    ? confirmed.filter(claim => claimsStage(claim, stage))
    : claimsOfProject(confirmed);
  return [...new Set(belongs.flatMap(claim => claim.owners))].sort();
}

/**
 * The claims that give nothing: neither the project confirms them nor any Stage that
 * they claim.
 *
 * @public
 */
export function unconfirmedClaims(
  claims: readonly EntityClaim[],
  project: ClaimedResource,
  stages: readonly ClaimedResource[],
): EntityClaim[] {
  const places = [
    { claimedBy: () => true, confirms: readConfirmed(project) },
    ...stages.map(stage => ({
      claimedBy: (claim: EntityClaim) => claimsStage(claim, stage),
      confirms: readConfirmed(project, stage),
    })),
  ];
  return claims.filter(
    claim =>
      !places.some(
        place => place.claimedBy(claim) && place.confirms(claim.entity),
      ),
  );
}

/** Whether a place confirms an entity. A Stage that says nothing leaves it to its project. */
function readConfirmed(
  project: ClaimedResource,
  stage?: ClaimedResource,
): (entity: string) => boolean {
  const listed =
    stage?.metadata.annotations?.[ANNOTATIONS.entities] ??
    project.metadata.annotations?.[ANNOTATIONS.entities] ??
    '';
  const globs = listed
    .split(',')
    .map(part => part.trim())
    .filter(Boolean)
    .map(entityGlob);
  return entity => globs.some(glob => matchesGlob(glob, entity));
}

/** A reference as the catalog writes it: lower case, `default` where no namespace is named. */
function entityGlob(text: string): string {
  const glob = text.toLocaleLowerCase('en-US');
  return glob.includes('/') ? glob : glob.replace(':', ':default/');
}

function claimsOfProject(claims: EntityClaim[]): EntityClaim[] {
  const whole = claims.filter(claim => claim.stages === undefined);
  return whole.length > 0 ? whole : claims;
}

function claimsStage({ stages }: EntityClaim, stage: ClaimedResource): boolean {
  return (stages ?? ['*']).some(glob => matchesGlob(glob, stage.metadata.name));
}
