import { Freight } from '../model/Freight';
import { Explanation } from '../model/reasons';
import { DiscoveredArtifacts } from '../model/Warehouse';

/** What became of one step in a dry run. @public */
export interface DryRunStep {
  /** By which the Promotion would know it. */
  alias: string;
  /** The kind of step. */
  uses: string;
  /**
   * It ran in a folder that is thrown away; its condition, or a failure before it, left it
   * out; it was not run, because it acts outside of that folder or needs what such a step
   * says; or it failed, as it would fail in a Promotion.
   */
  outcome: 'Ran' | 'Skipped' | 'NotRun' | 'Failed';
  /** Why it was not run, or failed; one sentence for people. */
  message?: string;
}

/** How a file would differ. @public */
export interface FileChange {
  /** From the root of the repository. */
  path: string;
  /** Where it was; only when it is moved. */
  previousPath?: string;
  change: 'Added' | 'Changed' | 'Moved' | 'Removed';
  /** Lines that come and go; absent where it is no text. */
  added?: number;
  removed?: number;
  /** The hunks of a unified diff; absent where it is no text, or too long to be told. */
  diff?: string;
  /** Whether `diff` ends before the differences do. */
  isCut?: boolean;
}

/** How a checkout would differ from the commit that was checked out. @public */
export interface GitChanges {
  repoURL: string;
  /** Where it is checked out in the Promotion's folder. */
  path: string;
  /** Absent where a commit or a tag is checked out. */
  branch?: string;
  /** The commit that it is compared with, in full. */
  from: string;
  /** Whether a step has committed the changes: what is not committed is not pushed. */
  isCommitted: boolean;
  files: FileChange[];
  /** How many files differ, also those that are not listed. */
  fileCount: number;
  /** Why it could not be compared, one sentence for people. */
  unknown?: string;
}

/** What a Promotion would do, found out without doing it. @public */
export interface PromotionDryRun {
  /** In their order, as far as it came. */
  steps: DryRunStep[];
  /** One for each checkout. */
  changes: GitChanges[];
  /** Why it ended before its last step, one sentence for people. */
  endedEarly?: string;
}

/** What a Warehouse would find now, found out without storing it. @public */
export interface WarehouseDryRun {
  /** What each subscription that could be read found, best first; at most 20 of each. */
  discoveredArtifacts: DiscoveredArtifacts;
  /** What it would make Freight of now; absent where it would make none. */
  freight?: Pick<
    Freight,
    'origin' | 'commits' | 'images' | 'charts' | 'artifacts'
  >;
  /** What could not be read, what was considered and left out, and why it would make no Freight. */
  explanation: Explanation;
}
