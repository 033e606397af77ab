import { ResourceKey } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { Clock } from '../../ports/Clock';
import { WakeupRule } from '../../ports/Changes';
import { Mark } from '../queue/operations/markDue';
import { ChangeFeed } from './ChangeFeed';
import { SecretCipher } from './SecretCipher';
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
  /** Tells the work queue of this replica what a write marked. */
  readonly notifyMarked: (keys: readonly ResourceKey[]) => void;
}
