import {
  AutoPromotionHold,
  Freight,
  Health,
  Promotion,
  Reason,
  Stage,
  StageStatus,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';

/** Everything a decision about a Stage reads, as of one moment. */
export interface StageSnapshot {
  stage: Stage;
  /**
   * All that have not ended, the one that was acknowledged, the newest that ended, and the
   * newest of what automation would choose.
   */
  promotions: Promotion[];
  /** Whether a policy lets automation promote to the Stage. */
  autoPromotionEnabled: boolean;
  /** Freight that says it is in the Stage, and what the Stage holds or is about to hold. */
  present: Freight[];
  /**
   * Stages without steps behind this one, and behind one another, if what it holds is not
   * trusted any more.
   */
  gates?: Stage[];
  /** Freight that may be available, by origin key; empty where automation is off. */
  offered: Record<string, Freight[]>;
  /** Answer of the health checks, if they were asked, see {@link asksForHealth}. */
  health?: Health;
  /** Id for a verification that begins now. */
  verificationId: string;
}

/** One moment in the two forms that decisions need. */
export interface Moment {
  /** RFC 3339, whole seconds. */
  now: string;
  /** Epoch milliseconds. */
  nowMs: number;
}

/** Something to do because of a decision. Doing it twice is the same as doing it once. */
export type StageEffect =
  | { kind: 'write-freight'; freight: Freight; status: Freight['status'] }
  | {
      kind: 'announce-verification';
      freight: Freight;
      verification?: VerificationInfo;
    }
  | { kind: 'create-promotion'; origin: string; freight: string }
  /** Without a value it has none. */
  | { kind: 'annotate-stage'; annotation: string; value?: string }
  | VerificationEffect;

/** What a verification engine is asked. */
export type VerificationEffect =
  | {
      kind: 'start-verification';
      id: string;
      /** Who asked to verify again. */
      actor?: string;
    }
  | { kind: 'observe-verification'; entry: VerificationInfo }
  | { kind: 'abort-verification'; entry: VerificationInfo; actor?: string }
  /** Ends one of what the Stage holds no more: nobody would look at what it comes to. */
  | { kind: 'drop-verification'; entry: VerificationInfo };

/** What becomes of a Stage, and why. Plain data. */
export interface StageDecision {
  status: StageStatus;
  effects: StageEffect[];
  /** Epoch milliseconds; absent: only something that happens can change the decision. */
  lookAgainAtMs?: number;
  reasons: Reason[];
}

/** Holds by origin key. */
export type Holds = Record<string, AutoPromotionHold>;
