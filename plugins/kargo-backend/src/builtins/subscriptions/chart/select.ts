import { InputError } from '@backstage/errors';
import { ChartSubscription, Considered } from 'backstage-plugin-kargo-common';
import {
  compileChartVersionFilter,
  findBestChartVersion,
  selectChartVersions,
} from '../../../logic/selection/chartVersions';
import { findLeftOut } from '../../../logic/selection/leftOut';
import { distinctInSlices, Slices } from '../../../logic/slices';

const OCI_SCHEME = 'oci://';

/** Where the versions of a chart are listed. */
export type ChartLocation =
  | { source: 'classic'; repoURL: string; name: string }
  /** `repoURL` is the chart's own, with `oci://`. */
  | { source: 'oci'; repoURL: string };

/**
 * Where a subscription's chart is.
 *
 * @throws InputError when `name` is missing for a classic repository, or given for an OCI one.
 */
export function locateChart({
  repoURL,
  name,
}: ChartSubscription): ChartLocation {
  if (repoURL.startsWith(OCI_SCHEME)) {
    if (name) {
      throw new InputError(
        `chart ${repoURL}: name must be left out, an oci:// URL names the chart by itself; write repoURL: ${repoURL.replace(
          /\/$/,
          '',
        )}/${name} if that is the chart`,
      );
    }
    return { source: 'oci', repoURL: repoURL.replace(/\/$/, '') };
  }
  if (!name) {
    throw new InputError(
      `chart ${repoURL}: name is missing, a chart repository holds many charts`,
    );
  }
  return { source: 'classic', repoURL, name };
}

/**
 * Versions to report, best first.
 *
 * @throws InputError when the constraint cannot be read.
 */
export function* selectVersions(
  config: ChartSubscription,
  source: ChartLocation['source'],
  versions: readonly string[],
): Slices<string[]> {
  // Some indexes list a version twice.
  const distinct = yield* distinctInSlices(versions);
  return yield* selectChartVersions(distinct, {
    source,
    constraint: config.semverConstraint,
    limit: config.discoveryLimit,
  });
}

/** What there was to choose from, and why the newest of it was not chosen. */
export function* considerVersions(
  { semverConstraint: constraint }: ChartSubscription,
  source: ChartLocation['source'],
  versions: readonly string[],
  chosen: string | undefined,
): Slices<Considered> {
  const all = yield* distinctInSlices(versions);
  const leftOut = findLeftOut(
    yield* findBestChartVersion(all, { source }),
    chosen,
    constraint
      ? [
          {
            name: `semverConstraint ${constraint}`,
            accepts: compileChartVersionFilter({ source, constraint }),
          },
        ]
      : [],
  );
  return { count: all.length, unit: 'versions', ...(leftOut && { leftOut }) };
}
