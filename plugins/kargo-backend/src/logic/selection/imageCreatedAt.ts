import { Instant, ZERO_INSTANT, findInstant } from './instant';

/** Where a creation time may be claimed, the first key that holds an RFC 3339 time wins. */
const CREATED_KEYS = [
  'org.opencontainers.image.created',
  'org.label-schema.build-date',
];

/** What is known about when a single image was made. */
export interface ImageTimes {
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  /** `created` of the config. */
  created?: string;
}

/** What is known about when an index was made. */
export interface IndexTimes {
  annotations?: Record<string, string>;
  /** Per image in the index: the annotations of its entry and its own creation time. */
  images: readonly {
    annotations?: Record<string, string>;
    createdAt: Instant;
  }[];
}

/**
 * When an image was made: what its manifest's annotations claim, else the later of what
 * its labels claim and what its config says. Nothing known is {@link ZERO_INSTANT}.
 *
 * @remarks
 * Labels are inherited from the base image, and reproducible builds set the config's time
 * to 1970; the later of the two is right in both cases. A config time that is not RFC 3339
 * counts as none.
 */
export function imageCreatedAt(times: ImageTimes): Instant {
  const claimed = findClaim(times.annotations);
  if (claimed !== undefined) return claimed;
  const labelled = findClaim(times.labels) ?? ZERO_INSTANT;
  const configured = findInstant(times.created ?? '') ?? ZERO_INSTANT;
  return labelled > configured ? labelled : configured;
}

/**
 * When an index was made: what its annotations claim, else the newest of its images, where
 * an entry's annotations win over the image's own time.
 */
export function indexCreatedAt(times: IndexTimes): Instant {
  const claimed = findClaim(times.annotations);
  if (claimed !== undefined) return claimed;
  return times.images
    .map(image => findClaim(image.annotations) ?? image.createdAt)
    .reduce((newest, time) => (time > newest ? time : newest), ZERO_INSTANT);
}

function findClaim(
  values: Record<string, string> | undefined,
): Instant | undefined {
  for (const key of CREATED_KEYS) {
    const claimed = findInstant(values?.[key] ?? '');
    if (claimed !== undefined) return claimed;
  }
  return undefined;
}
