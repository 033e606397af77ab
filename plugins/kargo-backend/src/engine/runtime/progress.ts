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
  /** A step came to its end that was not skipped. */
  stepEnded(event: {
    project: string;
    uses: string;
    status: string;
    /** From the start of its first attempt. */
    durationMs: number;
  }): void;
  promotionEnded(event: {
    project: string;
    phase: string;
    /** From its start, without what it waited before; absent when it never began. */
    durationMs?: number;
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
  stepEnded: () => undefined,
  promotionEnded: () => undefined,
  discovered: () => undefined,
};
