import { isIP } from 'node:net';
import { InputError } from '@backstage/errors';
import {
  findImageReference,
  wireRepository,
} from '../../logic/selection/imageReference';

/** Where the repository of a manifest's `repoURL` is served. */
export interface RepositoryAddress {
  /** Host with port if any. */
  host: string;
  /** Name as it stands in requests. */
  name: string;
}

/**
 * Finds host and repository of an image name.
 *
 * @remarks Case is folded, and a tag or digest at the end dropped: a repository is meant.
 * @throws InputError when the text is no image name.
 */
export function parseRepository(repoURL: string): RepositoryAddress {
  const reference = findImageReference(repoURL.trim().toLowerCase());
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
