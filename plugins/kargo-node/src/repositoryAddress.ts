import { InputError } from '@backstage/errors';

/** Where a repository lies. @public */
export interface RepositoryAddress {
  /** `http` only where the URL says so. */
  scheme: 'http' | 'https';
  /** With the port, where it is one of HTTP. */
  host: string;
  hostname: string;
  /** Parts of the path as they are written, without `.git`. */
  path: string[];
}

/**
 * Reads the URL of a repository: `http(s)://…`, `ssh://…` or `user@host:path`.
 *
 * @throws InputError when it is none of these.
 * @public
 */
export function readRepositoryURL(repoURL: string): RepositoryAddress {
  const written = repoURL.trim();
  const url = written.includes('://')
    ? written
    : written.replace(/^([^/:]+):/, 'ssh://$1/');
  if (!URL.canParse(url)) {
    throw new InputError(`"${repoURL}" is not the URL of a repository`);
  }
  const { protocol, host, hostname, pathname } = new URL(url);
  if (!['http:', 'https:', 'ssh:'].includes(protocol)) {
    throw new InputError(
      `"${repoURL}" is not the URL of a repository on a host with pull requests`,
    );
  }
  const path = pathname
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '')
    .split('/')
    .filter(part => part !== '')
    .map(part => decodePart(repoURL, part));
  return {
    scheme: protocol === 'http:' ? 'http' : 'https',
    host: protocol === 'ssh:' ? hostname : host,
    hostname: hostname.toLowerCase(),
    path,
  };
}

/** @throws InputError for a broken escape. */
function decodePart(repoURL: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new InputError(`"${repoURL}" has a broken escape in "${part}"`);
  }
}

/**
 * The two parts of the path of a repository that has exactly two.
 *
 * @throws InputError
 * @public
 */
export function readOwnerAndName(repoURL: string): RepositoryAddress & {
  owner: string;
  name: string;
} {
  const address = readRepositoryURL(repoURL);
  const [owner, name, ...rest] = address.path;
  if (!owner || !name || rest.length > 0) {
    throw new InputError(
      `"${repoURL}" does not end in the owner and the name of a repository`,
    );
  }
  return { ...address, owner, name };
}

/** Where GitHub answers requests about a repository: its own API, or that of an enterprise. @public */
export function githubApiURL({
  scheme,
  host,
  hostname,
}: RepositoryAddress): string {
  if (hostname === 'github.com' || hostname === 'www.github.com') {
    return 'https://api.github.com';
  }
  return hostname.endsWith('.ghe.com')
    ? `https://api.${hostname}`
    : `${scheme}://${host}/api/v3`;
}
