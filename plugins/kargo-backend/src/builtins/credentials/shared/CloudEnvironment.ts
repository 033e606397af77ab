/** The surroundings that give the portal an identity of its own in a cloud. */
export interface CloudEnvironment {
  /** Environment variables, which platforms set for the workloads they give an identity. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Reads a text file that a variable names. */
  readFile(path: string): Promise<string>;
  /**
   * Reaches the platform's own endpoints on link-local addresses, which requests to
   * URLs of users must not.
   */
  readonly fetch: typeof fetch;
}
