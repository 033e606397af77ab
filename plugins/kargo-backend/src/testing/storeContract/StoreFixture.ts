import { WakeupRule } from '../../ports/Changes';
import { IndexDeclaration } from '../../ports/ResourceIndex';
import { WorkQueue } from '../../ports/WorkQueue';
import { FakeClock } from '../FakeClock';
import { WidgetStore } from './widgets';

/** What a store is created with. */
export interface StoreOptions {
  clock: FakeClock;
  indexes: IndexDeclaration[];
  wakeups: WakeupRule;
  /** Most changes kept for watches. */
  historyLimit: number;
  /** What these changes may take together. */
  historyBytes: number;
  /** How often watches look for changes of other replicas, milliseconds. */
  pollIntervalMs: number;
  /** After how long without an event a watch sends a bookmark, milliseconds. */
  bookmarkAfterMs: number;
}

/** Two replicas over the same empty data. */
export interface StoreFixture {
  store: WidgetStore;
  queue: WorkQueue;
  replica: WidgetStore;
}

/** Creates an empty store with its replica. */
export type CreateStore = (options: StoreOptions) => Promise<StoreFixture>;
