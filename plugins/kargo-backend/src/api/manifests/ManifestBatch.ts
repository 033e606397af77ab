import { FieldValidation, ManifestDryRun } from 'backstage-plugin-kargo-common';
import { Caller } from '../server/Caller';
import { ApiServices } from '../server/route';

/** What is done to each document. */
export type BatchVerb = 'create' | 'update' | 'upsert' | 'delete';

/** One request for several documents. */
export interface ManifestBatch {
  verb: BatchVerb;
  validation: FieldValidation & ManifestDryRun & { ifUnchanged?: boolean };
  documents: unknown[];
  caller: Caller;
  services: ApiServices;
  /** What the documents name, by `formatKey`. */
  brought: ReadonlySet<string>;
  /**
   * What this request made, or would have made, by `formatKey`. What is in a Project of these
   * needs no further permission.
   */
  created: Set<string>;
  /** What was read or ignored in another way than its author may think. */
  warnings: string[];
}
