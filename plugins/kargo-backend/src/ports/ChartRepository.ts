import { RepoCredentials } from 'backstage-plugin-kargo-node';

/** A classic chart repository and how to reach it. */
export interface ChartRepositoryRemote {
  /** `http(s)://…`, without `index.yaml`. */
  repoURL: string;
  credentials?: RepoCredentials;
  insecureSkipTLSVerify?: boolean;
}

/** One version of a chart in an index. */
export interface ChartVersion {
  version: string;
  appVersion?: string;
  created?: string;
  urls: string[];
}

/** Reads classic Helm repositories (`index.yaml`); OCI charts are read as images. */
export interface ChartRepository {
  /**
   * Versions of a chart; empty when the index does not have it. The index is fetched
   * conditionally and shared by all callers of one URL and credentials.
   */
  listVersions(
    remote: ChartRepositoryRemote,
    chart: string,
    options?: {
      /** Whether the answer must be asked for from now on. */
      force?: boolean;
      signal?: AbortSignal;
    },
  ): Promise<ChartVersion[]>;
}
