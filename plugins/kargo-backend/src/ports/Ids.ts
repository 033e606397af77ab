/** Where the engine gets unique identifiers, so that tests can fix them. */
export interface Ids {
  /** A random UUID v4. */
  uuid(): string;
  /** A lower-case ULID; later ones sort after earlier ones. */
  ulid(): string;
}
