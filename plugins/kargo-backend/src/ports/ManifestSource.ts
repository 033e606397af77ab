/** One document of a manifest file, with where it stands for messages. */
export interface ManifestDocument {
  /** `pipelines/web.yaml, document 2`. */
  origin: string;
  /** The parsed document; absent when it could not be read. */
  manifest?: unknown;
  /** What is odd about it without being wrong, such as a key that stands twice. */
  warning?: string;
  /** Why it could not be read. */
  problem?: string;
}

/** Reads manifests from where the configuration says they are. */
export interface ManifestSource {
  /** What a person calls it. */
  readonly name: string;
  /** Every document in order. @throws Error when the source cannot be read at all. */
  read(options: { signal?: AbortSignal }): Promise<ManifestDocument[]>;
}
