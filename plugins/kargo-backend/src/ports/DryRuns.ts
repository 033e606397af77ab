import {
  Promotion,
  PromotionDryRun,
  Stage,
  Warehouse,
  WarehouseDryRun,
} from 'backstage-plugin-kargo-common';

/** What to promote: Freight by its name, or what automation would choose of an origin. */
export type PromotionTarget = Pick<Promotion['spec'], 'freight' | 'origin'>;

/** Finds out what Promotions would do, without doing it. */
export interface DryRuns {
  /**
   * Runs the steps of a Stage as far as they only read, or work in a folder, which is
   * thrown away; tells what they change in git, and what was not run.
   *
   * @throws what making the Promotion would throw; ServiceUnavailableError when too many
   *   others go on; the signal's reason
   */
  run(
    stage: Stage,
    target: PromotionTarget,
    options: { actor: string; signal: AbortSignal },
  ): Promise<PromotionDryRun>;
}

/** Finds out what Warehouses would find, without storing them. */
export interface DiscoveryDryRuns {
  /**
   * Reads what the subscriptions of a Warehouse watch, with the credentials of its project.
   * One that cannot be read, or takes too long, is told as such; the others are answered.
   *
   * @throws ServiceUnavailableError when too many others go on; the signal's reason
   */
  run(warehouse: Warehouse, signal: AbortSignal): Promise<WarehouseDryRun>;
}
