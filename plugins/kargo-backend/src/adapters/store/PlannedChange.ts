import { ResourceKey } from 'backstage-plugin-kargo-common';
import { ResourceColumns, StoredResource } from './conversion';
import { DatabaseInteger } from './tables';
import { Terms } from './terms';

/** One write to a resource. */
export type PlannedChange =
  | { type: 'created'; key: ResourceKey; after: StoredResource }
  | {
      type: 'updated';
      key: ResourceKey;
      id: DatabaseInteger;
      before: StoredResource;
      after: StoredResource;
    }
  | {
      type: 'deleted';
      key: ResourceKey;
      id: DatabaseInteger;
      before: StoredResource;
    };

/** The state after a change; of what was deleted, the last one. */
export function stateOf(change: PlannedChange): StoredResource {
  return change.type === 'deleted' ? change.before : change.after;
}

/** A change in the form in which it is written. */
export interface PreparedChange {
  readonly change: PlannedChange;
  readonly revision: number;
  /** The revision that the stored row must have; absent for what is new. */
  readonly replaces?: string;
  readonly uid: string;
  readonly columns: ResourceColumns;
  readonly termsBefore?: Terms;
  readonly termsAfter?: Terms;
}

/** What a write changes, and the state that it answers with. */
export interface PlannedWrite {
  result: StoredResource;
  changes: PlannedChange[];
}
