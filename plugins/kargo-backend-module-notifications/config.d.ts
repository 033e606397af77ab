export interface Config {
  kargo?: {
    /** What the module for notifications tells, and whom. */
    notifications?: {
      /** Where the page of Kargo is in the app; `/kargo` by default. */
      pagePath?: string;
      /** Entity references of those who are told of everything, beside the owners. */
      recipients?: string[];
      /** Freight is available to a Stage to which nothing promotes by itself. */
      freightWaiting?: {
        /** True by default. */
        enabled?: boolean;
        /** `normal` by default. */
        severity?: 'critical' | 'high' | 'normal' | 'low';
        /** Whether the owners are told; true by default. */
        owners?: boolean;
        /** Entity references of those who are told of this, too. */
        recipients?: string[];
      };
      /** A Promotion failed or could not be carried out. */
      promotionFailed?: {
        /** True by default. */
        enabled?: boolean;
        /** `high` by default. */
        severity?: 'critical' | 'high' | 'normal' | 'low';
        /** Whether the owners are told; true by default. */
        owners?: boolean;
        /** Entity references of those who are told of this, too. */
        recipients?: string[];
      };
      /** A verification failed, could not be carried out, or came to no conclusion. */
      verificationFailed?: {
        /** True by default. */
        enabled?: boolean;
        /** `high` by default. */
        severity?: 'critical' | 'high' | 'normal' | 'low';
        /** Whether the owners are told; true by default. */
        owners?: boolean;
        /** Entity references of those who are told of this, too. */
        recipients?: string[];
      };
      /** A Promotion waits for a pull request to be merged. */
      pullRequestWaiting?: {
        /** True by default. */
        enabled?: boolean;
        /** `normal` by default. */
        severity?: 'critical' | 'high' | 'normal' | 'low';
        /** Whether the owners are told; true by default. */
        owners?: boolean;
        /** Entity references of those who are told of this, too. */
        recipients?: string[];
      };
    };
  };
}
