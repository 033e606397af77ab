import {
  KindName,
  Problem,
  readOlderSubscriptions,
} from 'backstage-plugin-kargo-common';
import { Slices } from '../slices';
import { readOlderSteps } from '../promotion/olderSteps/readOlderSteps';
import { findSteps } from './findSteps';

/** A manifest in the words of today. */
export interface ModernManifest {
  manifest: unknown;
  /** What was read in another place than it was written in. */
  warnings: string[];
  /** Fields that stand there under both of their names. */
  problems: Problem[];
}

/**
 * Reads fields of older releases as the fields that took their place.
 *
 * @remarks Differs: Kargo drops them in silence, so that a constraint of an old manifest
 * constrains nothing any more, or never reads the subscription. Whoever writes both names must say which one counts. Steps
 * stay as they are written; they are read anew when a Promotion is made of them.
 */
export function* readOlderSpellings(
  manifest: unknown,
  kind: KindName,
): Slices<ModernManifest> {
  const steps = findSteps(manifest, kind);
  if (steps) {
    const { warnings, problems } = yield* readOlderSteps(steps.list, {
      path: steps.path,
      isTask: kind !== 'Stage',
    });
    return { manifest, warnings, problems };
  }
  if (kind !== 'Warehouse') {
    return { manifest, warnings: [], problems: [] };
  }
  const modern = readOlderSubscriptions(manifest);
  return {
    manifest: modern.manifest,
    warnings: modern.warnings.map(({ message }) => message),
    problems: modern.problems.map(({ problem }) => problem),
  };
}
