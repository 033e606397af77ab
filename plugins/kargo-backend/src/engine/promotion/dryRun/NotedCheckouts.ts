/** A checkout as it was before any step worked on it. */
export interface NotedCheckout {
  /** As the step wrote it. */
  path: string;
  /** Absolute. */
  dir: string;
  repoURL: string;
  /** Absent where HEAD is detached. */
  branch?: string;
  /** The commit that was checked out. */
  from: string;
}

/** The checkouts that steps have made, by their folder. */
export class NotedCheckouts {
  readonly #byFolder = new Map<string, NotedCheckout>();

  note(checkout: NotedCheckout): void {
    this.#byFolder.set(checkout.dir, checkout);
  }

  get all(): NotedCheckout[] {
    return [...this.#byFolder.values()];
  }
}
