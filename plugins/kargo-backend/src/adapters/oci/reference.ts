import { isIP } from 'node:net';
import { InputError } from '@backstage/errors';
import {
  findChartReference,
  findImageReference,
  wireRepository,
} from '../../logic/selection/imageReference';

const CHART = 'oci://';

/** Where the repository of a manifest's `repoURL` is served. */
export interface RepositoryAddress {
  /** Host with port if any. */
  host: string;
  /** Name as it stands in requests. */
  name: string;
}

/**
 * Finds host and repository of an image name, or of a chart with `oci://` in front.
 *
 * @remarks
 * Case is folded, and a tag or digest at the end dropped: a repository is meant. A chart's
 * host always stands in front, and on Docker Hub it lies where its name says.
 * @throws InputError when the text is no such name.
 */
export function parseRepository(repoURL: string): RepositoryAddress {
  const text = repoURL.trim().toLowerCase();
  if (text.startsWith(CHART)) {
    const chart = findChartReference(text.slice(CHART.length));
    if (!chart?.registry) {
      throw new InputError(
        `"${repoURL}" does not name a chart in a registry, as oci://<registry>/<repository> does`,
      );
    }
    return { host: chart.registry, name: chart.repository };
  }
  const reference = findImageReference(text);
  if (!reference) {
    throw new InputError(`"${repoURL}" does not name an image repository`);
  }
  return { host: reference.registry, name: wireRepository(reference) };
}

/** Whether a host (with or without port) is the portal's own machine. */
export function isLoopbackHost(host: string): boolean {
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return isIP(name) === 4 ? name.startsWith('127.') : name === '::1';
}
