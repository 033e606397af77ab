import { Knex } from 'knex';
import { Clock } from '../../ports/Clock';
import { WakeupRule } from '../../ports/Changes';
import { Mark } from '../../ports/WorkQueue';
import { Change } from './Change';
import { ChangeFeed } from './ChangeFeed';
import { KnownRevisions } from './KnownRevisions';
import { ReplicaSignals } from './ReplicaSignals';
import { RowHints } from './RowHints';
import { SecretCipher } from './SecretCipher';
import { SharedResources } from './SharedResources';
import { TermRules } from './terms';

/** What the operations of the store work with. */
export interface StoreContext {
  readonly knex: Knex;
  readonly clock: Clock;
  readonly rules: TermRules;
  readonly wakeups: WakeupRule;
  readonly secrets: SecretCipher;
  readonly createUid: () => string;
  readonly feed: ChangeFeed;
  readonly revisions: KnownRevisions;
  readonly hints: RowHints;
  readonly shared: SharedResources;
  /** Tells other replicas that something has changed. */
  readonly signals?: ReplicaSignals;
  /** Most changes that are kept for watches. */
  readonly historyLimit: number;
  /** What the changes that are kept for watches may take together. */
  readonly historyBytes: number;
  /** Milliseconds without an event after which a watch sends a bookmark. */
  readonly bookmarkAfterMs: number;
  /** Marks keys in the work queue, in the transaction of the write. */
  readonly markIn: (
    tx: Knex.Transaction,
    marks: readonly Mark[],
  ) => Promise<void>;
  /** Tells those who keep what they have read what a write changed. */
  readonly notifyWritten: (changes: readonly Change[]) => void;
  /** Tells the work queue of this replica what a write marked. */
  readonly notifyMarked: (marks: readonly Mark[]) => void;
}
