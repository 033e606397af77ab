/** The values that must not show in what a step says: those of its expressions, and those that it was given while it ran. */
export class SecretsInUse implements Iterable<string> {
  private readonly values: Set<string>;

  constructor(values: Iterable<string>) {
    this.values = new Set(values);
  }

  add(value: string): void {
    this.values.add(value);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.values[Symbol.iterator]();
  }
}
