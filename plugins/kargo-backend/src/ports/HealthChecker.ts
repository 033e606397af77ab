import { Health, HealthCheck } from 'backstage-plugin-kargo-common';

/** Performs the health checks that a kind of step asked for. */
export interface HealthChecker {
  /** The step kind whose checks it performs. */
  readonly id: string;
  /** Reports trouble as health; throws only when cancelled. */
  check(
    request: { project: string; stage: string; check: HealthCheck },
    options: { signal: AbortSignal },
  ): Promise<Health>;
}
