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
  /**
   * Whether there may be more than are listed: 20 of a kind are, among the first 5,000
   * that are called so.
   */
  isCut: boolean;
}

/** The type of what the portal's own search knows of Kargo. @public */
export const KARGO_SEARCH_TYPE = 'kargo';

/** What the portal's own search knows of one thing of Kargo. @public */
export interface KargoSearchDocument {
  /** What people call it. */
  title: string;
  /** What it is and what is in it, as a sentence. */
  text: string;
  /** The page that shows it, below the address of the app. */
  location: string;
  /** Whoever may read its project may find it. */
  authorization: { resourceRef: string };
  kind: 'Project' | 'Stage' | 'Warehouse' | 'Freight';
  project: string;
  name: string;
}
