import {
  FreightCollection,
  Stage,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';

/** A verification of what a Stage holds. */
export interface VerificationRequest {
  stage: Stage;
  freight: FreightCollection;
}

/**
 * Runs verifications. Its answers become entries of the Stage's verification history.
 *
 * @remarks
 * Starting is asked again with the same id when the answer was lost, so it looks first
 * whether a run of that id is there.
 */
export interface Verifier {
  start(
    request: VerificationRequest & { id: string; actor?: string; now: string },
    options: { signal: AbortSignal },
  ): Promise<VerificationInfo>;
  /** What became of a verification that has not ended. */
  observe(
    request: VerificationRequest & { entry: VerificationInfo; now: string },
    options: { signal: AbortSignal },
  ): Promise<VerificationInfo>;
  abort(
    request: { entry: VerificationInfo; actor?: string; now: string },
    options: { signal: AbortSignal },
  ): Promise<VerificationInfo>;
}
