import {
  DiscoveredImageReference,
  ImageDiscoveryResult,
  JsonValue,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { Instant, ZERO_INSTANT } from '../../../logic/selection/instant';

/** What is known of a tag from an earlier discovery. */
export type RememberedTag = {
  /** Tells whether the tag has moved, see {@link digestKey}. */
  key: string;
} & (
  | {
      kind: 'kept';
      createdAt?: Instant;
      /** Only for what was among the result. */
      reference?: DiscoveredImageReference;
    }
  | { kind: 'dropped' }
);

/** What a discovery found out about a tag, to be remembered. */
export interface TagFinding {
  tag: string;
  key: string;
  /** Absent when the platform constraint drops the image. */
  createdAt?: Instant;
}

/** Tags beyond this many are looked at anew after a restart. */
const MAX_REMEMBERED = 5_000;

/** By tag: key of the digest, and the creation time in nanoseconds or `-` for a dropped image. */
const State = z.object({ tags: z.record(z.string(), z.string()) });

/**
 * What the last discovery of a subscription leaves to the next one, so that an unmoved
 * tag costs one `HEAD` and nothing else, also after a restart.
 *
 * @remarks
 * The state is kept with the Warehouse, so it is small: instead of a digest it holds the
 * first 128 bits, enough to tell that a tag has not moved. What was among the result is
 * taken from the result itself.
 */
export class TagMemory {
  readonly #references: ReadonlyMap<string, DiscoveredImageReference>;
  readonly #states: ReadonlyMap<string, string>;

  static of(
    result: ImageDiscoveryResult | undefined,
    state: JsonValue | undefined,
  ): TagMemory {
    return new TagMemory(result, State.safeParse(state).data?.tags ?? {});
  }

  private constructor(
    result: ImageDiscoveryResult | undefined,
    states: Record<string, string>,
  ) {
    const references = result?.references ?? [];
    this.#references = new Map(references.map(r => [r.tag, r]));
    this.#states = new Map(Object.entries(states));
  }

  has(tag: string): boolean {
    return this.#references.has(tag) || this.#states.has(tag);
  }

  /**
   * What is known of a tag.
   *
   * @param digest - Where the tag points now; absent means it is taken not to have moved.
   */
  find(tag: string, digest?: string): RememberedTag | undefined {
    const wanted = digest && digestKey(digest);
    const isCurrent = (key: string | undefined) =>
      key !== undefined && (wanted === undefined || wanted === key);
    const [key, time] = this.#states.get(tag)?.split(' ') ?? [];
    const createdAt = isCurrent(key) ? parseTime(time) : undefined;
    const reference = this.#references.get(tag);
    const referenceKey = reference && digestKey(reference.digest);
    if (reference && referenceKey && isCurrent(referenceKey)) {
      return { kind: 'kept', key: referenceKey, reference, createdAt };
    }
    if (key === undefined || !isCurrent(key)) return undefined;
    return createdAt === undefined
      ? { kind: 'dropped', key }
      : { kind: 'kept', key, createdAt };
  }
}

/** The state that {@link TagMemory} reads. */
export function toTagState(findings: readonly TagFinding[]): JsonValue {
  const tags = findings
    .slice(0, MAX_REMEMBERED)
    .map(({ tag, key, createdAt }) => [tag, `${key} ${formatTime(createdAt)}`]);
  return { tags: Object.fromEntries(tags) };
}

/** The first 128 bits of a digest; they differ whenever the digests do. */
export function digestKey(digest: string): string {
  const hex = digest.slice(digest.indexOf(':') + 1);
  return Buffer.from(hex, 'hex').subarray(0, 16).toString('base64url');
}

function formatTime(createdAt: Instant | undefined): string {
  if (createdAt === undefined) return '-';
  return createdAt === ZERO_INSTANT ? '' : `${createdAt}`;
}

function parseTime(text: string | undefined): Instant | undefined {
  if (text === '') return ZERO_INSTANT;
  return text !== undefined && /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}
