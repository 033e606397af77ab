import { ClaimedResource, EntityClaim } from 'backstage-plugin-kargo-common';

/** What the catalog knows about projects and Stages. */
export interface LinkedEntities {
  /**
   * Owners of the catalog entities that a project, or a Stage of it, belongs to, as
   * lower-case entity references in ascending order.
   *
   * @remarks
   * An entity names its project in the annotation `kargo.akuity.io/project`, and, if
   * only some Stages are its own, those in `kargo.akuity.io/stages`. What it says counts
   * only when the Project or the Stage confirms it in `kargo.akuity.io/entities`.
   *
   * @throws ServiceUnavailableError when the catalog does not answer and never did.
   */
  ownersOf(
    project: ClaimedResource,
    stage?: ClaimedResource,
  ): Promise<string[]>;

  /**
   * What entities say of a project without being confirmed by it or by one of its Stages.
   *
   * @throws ServiceUnavailableError when the catalog does not answer and never did.
   */
  unconfirmedClaims(
    project: ClaimedResource,
    stages: readonly ClaimedResource[],
  ): Promise<EntityClaim[]>;
}
