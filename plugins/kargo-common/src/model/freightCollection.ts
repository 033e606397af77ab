import { FreightReference } from './references';

/** Phase of a verification. Empty is the phase of a run that nobody looked at yet. @public */
export type VerificationPhase =
  | ''
  | 'Pending'
  | 'Running'
  | 'Successful'
  | 'Failed'
  | 'Error'
  | 'Aborted'
  | 'Inconclusive';

/** One verification of a set of Freight. @public */
export interface VerificationInfo {
  id: string;
  actor?: string;
  startTime?: string;
  phase: VerificationPhase;
  message?: string;
  analysisRun?: { namespace: string; name: string; phase: string };
  finishTime?: string;
}

/** The Freight that a Stage holds together, one per origin. @public */
export interface FreightCollection {
  id: string;
  items: Record<string, FreightReference>;
  /** Newest first, at most 10. */
  verificationHistory?: VerificationInfo[];
}
