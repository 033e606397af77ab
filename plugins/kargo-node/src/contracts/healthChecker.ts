import { Health, HealthCheck } from 'backstage-plugin-kargo-common';

/**
 * Performs the health checks that a kind of step asked for with the `healthCheck` of its
 * outcome.
 *
 * @public
 */
export interface HealthChecker {
  /** What `healthCheck.uses` names; the id of the step as a rule. */
  readonly id: string;
  /** Reports trouble as health; throws only when cancelled. */
  check(
    request: {
      project: string;
      stage: string;
      /** The Stage's `spec.shard`. */
      shard?: string;
      check: HealthCheck;
    },
    options: { signal: AbortSignal },
  ): Promise<Health>;
}
