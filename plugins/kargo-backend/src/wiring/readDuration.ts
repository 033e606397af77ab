import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds, HumanDuration } from '@backstage/types';

/** A duration of the configuration that may be left out. */
export interface DurationKey {
  /** Below `config`. */
  key: string;
  fallback: HumanDuration;
  /** The shortest that makes sense; none at all by default. */
  least?: HumanDuration;
}

/**
 * Reads a duration, in milliseconds.
 *
 * @param prefix - where `config` is, for messages: `kargo`
 * @throws InputError that names the key
 */
export function readDuration(
  config: Config | undefined,
  prefix: string,
  { key, fallback, least = {} }: DurationKey,
): number {
  if (!config?.has(key)) {
    return durationToMilliseconds(fallback);
  }
  const milliseconds = durationToMilliseconds(understand(config, prefix, key));
  const leastMs = durationToMilliseconds(least);
  if (milliseconds < leastMs) {
    throw new InputError(
      `${prefix}.${key} must be a duration of at least ${
        leastMs / 1000
      } seconds, got ${milliseconds / 1000}`,
    );
  }
  return milliseconds;
}

function understand(
  config: Config,
  prefix: string,
  key: string,
): HumanDuration {
  try {
    return readDurationFromConfig(config, { key });
  } catch {
    const given = JSON.stringify(config.getOptional(key));
    throw new InputError(
      `${prefix}.${key} must be a duration such as '90s', '5 minutes', 'PT1H' or { hours: 6 }, got ${given}`,
    );
  }
}
