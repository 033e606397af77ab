import {
  Promotion,
  PromotionDryRun,
  Stage,
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
