import { ResourceKey } from 'backstage-plugin-kargo-common';

/** Observes the engine; metrics, logs and tests are made of it. */
export interface EngineProgress {
  reconciled(event: {
    key: ResourceKey;
    durationMs: number;
    /** Milliseconds between being due and being taken. */
    delayMs: number;
    error?: Error;
  }): void;
  stepAttempted(event: {
    uses: string;
    status: string;
    durationMs: number;
  }): void;
  promotionEnded(event: {
    project: string;
    phase: string;
    durationMs: number;
  }): void;
  discovered(event: {
    durationMs: number;
    failed: number;
    total: number;
  }): void;
}

/** Observes nothing. */
export const silentProgress: EngineProgress = {
  reconciled: () => undefined,
  stepAttempted: () => undefined,
  promotionEnded: () => undefined,
  discovered: () => undefined,
};
