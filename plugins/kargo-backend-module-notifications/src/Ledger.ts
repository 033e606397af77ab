import { ToldEvent } from './toldEvent';

/** Freight that may enter Stages once it has stayed somewhere as long as it must. */
export interface Soak {
  id: string;
  /** Epoch milliseconds. */
  dueAtMs: number;
  /** What made it wait. */
  event: ToldEvent;
  /** Names of the Stages. */
  stages: string[];
}

/** What has changed since the last entry. */
export interface LedgerEntry {
  /** Up to which revision of Kargo's store all events were told; absent: no further. */
  revision?: string;
  /** Scopes of which people were told that something waits. */
  begun: readonly string[];
  /** Scopes of which they were told otherwise. */
  ended: readonly string[];
  soaks: readonly Soak[];
  /** Ids of soaks that were told of. */
  soaked: readonly string[];
}

/**
 * What was told so far, for all replicas, of which one at a time tells.
 *
 * @remarks
 * Whoever has claimed it is its holder until the claim ends or another one is made by the same
 * replica; only the holder may write. Entries are written as a whole or not at all.
 */
export interface Ledger {
  /** Becomes or stays its holder; `false` while another replica is. */
  claim(): Promise<boolean>;
  /** Lets others be its holder at once. */
  release(): Promise<void>;
  /** Up to which revision all events were told; `undefined` before the first entry. */
  findRevision(): Promise<string | undefined>;
  /** Those of some scopes of which people were told that something waits. */
  findWaiting(scopes: readonly string[]): Promise<ReadonlySet<string>>;
  /** The soaks that are over, the first first. */
  listDueSoaks(nowMs: number, limit: number): Promise<Soak[]>;
  /** When the next soak is over, in epoch milliseconds. */
  findNextDue(): Promise<number | undefined>;
  /** @throws LostLedgerError when another replica has become its holder */
  write(entry: LedgerEntry): Promise<void>;
}

/** Another replica goes on. */
export class LostLedgerError extends Error {
  readonly name = 'LostLedgerError';

  constructor() {
    super('Another replica of the portal tells people of events now');
  }
}
