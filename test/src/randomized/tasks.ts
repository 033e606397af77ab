/** A sequence to run, on the PostgreSQL at an address or on SQLite. */
export interface SequenceTask {
  readonly seed: number;
  readonly product: 'SQLite' | 'PostgreSQL';
  readonly postgresUrl?: string;
}

/** What became of a sequence. */
export interface SequenceAnswer {
  readonly seed: number;
  /** What the engine did otherwise than it must, with all that led there. */
  readonly wrong?: string;
}
