import { isIP } from 'node:net';
import { InputError } from '@backstage/errors';

/** Where the repository of a manifest's `repoURL` is served. */
export interface RepositoryAddress {
  /** Host with port if any. */
  host: string;
  /** Name as it stands in requests. */
  name: string;
}

const DOCKER_HUB = 'index.docker.io';
const REPOSITORY_NAME = /^[a-z0-9_\-./]{1,255}$/;

/**
 * Finds host and repository of an image name, by the rules that the docker tools made
 * common: what precedes the first slash is a host if it looks like one, and everything
 * else lives on Docker Hub, official images under `library/`.
 *
 * @remarks A tag or digest at the end is dropped: a repository is meant.
 * @throws InputError when the rest is not a repository name.
 */
export function parseRepository(repoURL: string): RepositoryAddress {
  const plain = withoutReference(repoURL.trim().toLowerCase());
  const slash = plain.indexOf('/');
  const first = slash < 0 ? '' : plain.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const address = hasHost
    ? { host: first, name: plain.slice(slash + 1) }
    : { host: DOCKER_HUB, name: plain };
  if (!REPOSITORY_NAME.test(address.name)) {
    throw new InputError(`"${repoURL}" does not name an image repository`);
  }
  return address.host === 'docker.io' || address.host === DOCKER_HUB
    ? { host: DOCKER_HUB, name: underLibrary(address.name) }
    : address;
}

/** Whether a host (with or without port) is the portal's own machine. */
export function isLoopbackHost(host: string): boolean {
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return isIP(name) === 4 ? name.startsWith('127.') : name === '::1';
}

function underLibrary(name: string): string {
  return name.includes('/') ? name : `library/${name}`;
}

function withoutReference(text: string): string {
  const [beforeDigest] = text.split('@sha256:');
  const colon = beforeDigest.lastIndexOf(':');
  const isTag = colon >= 0 && !beforeDigest.slice(colon).includes('/');
  return isTag ? beforeDigest.slice(0, colon) : beforeDigest;
}
