/**
 * How much of a foreign text is read. What exceeds a limit is refused with a
 * `ForeignInputError` that names the limit.
 */
export interface Limits {
  /** UTF-8 bytes of the text, and characters of what its aliases make of it. */
  bytes: number;
  /** Documents of a YAML text, elements of a JSON list of manifests. */
  documents: number;
  /** Lists and mappings inside one another. */
  depth: number;
  /** Scalars, lists and mappings of one document, repeated ones counted each time. */
  nodes: number;
  /** Time that a reading thread gets before it is ended. */
  milliseconds: number;
  /** Time that a text waits for a thread before whoever wants it read is to try again. */
  waitMilliseconds: number;
  /** In whose share of the reading threads it is read. */
  share: ReadingShare;
}

/**
 * For whom a text is read: for somebody who waits for the answer to a request, or for the
 * work of the engine. Neither takes the last thread from the other.
 */
export type ReadingShare = 'requests' | 'work';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Manifests that stand in one file. */
export const MANIFEST_LIMITS: Limits = {
  bytes: 4 * MIB,
  documents: 1000,
  depth: 64,
  nodes: 50_000,
  milliseconds: 30_000,
  waitMilliseconds: 30_000,
  share: 'work',
};

/** Manifests that are sent in one request. */
export const SENT_MANIFEST_LIMITS: Limits = {
  ...MANIFEST_LIMITS,
  share: 'requests',
};

/** A JSON body that is no manifest. */
export const BODY_LIMITS: Limits = {
  bytes: MIB,
  documents: 1,
  depth: 64,
  // Its schema is asked in one go.
  nodes: 20_000,
  milliseconds: 10_000,
  waitMilliseconds: 10_000,
  share: 'requests',
};

/** What is sent to a webhook receiver. */
export const WEBHOOK_LIMITS: Limits = {
  bytes: 2 * MIB,
  documents: 1,
  depth: 64,
  // A push of two thousand commits with their files.
  nodes: 300_000,
  milliseconds: 10_000,
  // Who sends it waits ten seconds for an answer, as GitHub does, or less.
  waitMilliseconds: 5_000,
  share: 'requests',
};

/** A file or an answer whose values a step reads. */
export const DATA_LIMITS: Limits = {
  bytes: 16 * MIB,
  documents: 1,
  depth: 100,
  nodes: 1_000_000,
  milliseconds: 60_000,
  // Who waits behind two texts that take all of their time waits for less.
  waitMilliseconds: 120_000,
  share: 'work',
};

/**
 * What a template comes to that looks like JSON. An object of the store has room for 1.5 MiB,
 * which is as many values at eight characters each.
 */
export const RENDERED_LIMITS: Limits = {
  ...DATA_LIMITS,
  bytes: 32 * MIB,
  depth: 1000,
  nodes: 200_000,
};
