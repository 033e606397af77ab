/** Something that was found by what people call it. @public */
export interface FoundItem {
  kind: 'Stage' | 'Freight' | 'Promotion';
  project: string;
  name: string;
  /** What people call Freight; absent for others. */
  alias?: string;
  /** Versions of what is in Freight; absent for others. */
  versions?: string[];
}

/** What was found in the projects that the caller may read. @public */
export interface SearchResults {
  items: FoundItem[];
  /** Whether there may be more than are listed. */
  isCut: boolean;
}
