/**
 * Whether the engine of this replica works.
 *
 * `starting`: not yet, or not any more until it succeeds. `running`: it takes work.
 * `impaired`: it runs but cannot use its database or its folder. `stopped`: the portal is stopping.
 */
export interface EngineHealth {
  state: 'starting' | 'running' | 'impaired' | 'stopped';
  /** Since when, RFC 3339. */
  since: string;
  /** What is wrong and what happens next; absent while it runs. */
  message?: string;
}
