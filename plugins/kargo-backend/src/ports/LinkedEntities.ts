/** What the catalog knows about projects and Stages. */
export interface LinkedEntities {
  /**
   * Owners of the catalog entities that a project, or a Stage of it, belongs to, as
   * lower-case entity references in ascending order.
   *
   * @remarks
   * An entity names its project in the annotation `kargo.akuity.io/project`, and, if
   * only some Stages are its own, those in `kargo.akuity.io/stages`. A Stage belongs to
   * every entity that names it or names no Stages. A project belongs to the entities
   * that name no Stages; if all of them do, to each of them.
   *
   * @throws ServiceUnavailableError when the catalog does not answer and never did.
   */
  ownersOf(project: string, stage?: string): Promise<string[]>;
}
