import { DOCKER_HUB, findImageReference } from './selection/imageReference';

/**
 * Normalises the URL of a git repository, so that two spellings of one repository are
 * equal: lower case, without user info (kept for SSH), without one trailing slash and one
 * `.git`; the SCP form becomes `ssh://`.
 *
 * @remarks
 * Text that is no such URL, and an HTTP URL with a query, comes back unchanged.
 */
export function normalizeGitURL(url: string): string {
  const text = canonicalText(url);
  const match = /^(https?|ssh):\/\/(.*)$/.exec(text);
  const normalized = match
    ? normalizeGitLocation(match[1], match[2])
    : normalizeScpForm(text);
  return normalized ?? url;
}

/**
 * Normalises the URL of an image repository: lower case, without tag and digest; Docker
 * Hub's hosts go, and `library/` with them. Text that is no reference comes back unchanged.
 */
export function normalizeImageURL(url: string): string {
  const reference = findImageReference(canonicalText(url));
  if (!reference) return url;
  const { registry, repository } = reference;
  if (registry === DOCKER_HUB || registry === 'registry-1.docker.io') {
    return repository.replace(/^library\//, '');
  }
  return `${registry}/${repository}`;
}

/**
 * Normalises the URL of a chart repository: without `oci://`, then as an image.
 *
 * @remarks
 * For `https://` that lowers the case and little else, with two surprises that names of
 * Freight rely on: a port right at the end is taken for a tag and goes, and a trailing
 * slash stays, so with and without it are different repositories.
 */
export function normalizeChartURL(url: string): string {
  return normalizeImageURL(canonicalText(url).replace(/^oci:\/\//, ''));
}

/**
 * Normalises the URL of a chart repository as credentials compare it: like
 * {@link normalizeChartURL}, but another port is another server and gets no password of
 * this one, nor does a registry whose name has no dot, which an image would have at
 * Docker Hub.
 */
function normalizeChartServerURL(url: string): string {
  const text = canonicalText(url);
  return /^(https?:\/\/|oci:\/\/(?!localhost\/)[^./:]+\/)/.test(text)
    ? text
    : normalizeChartURL(url);
}

/** The kinds of repositories that credentials are for. */
export type RepoKind = 'git' | 'helm' | 'image';

/** Normalises a repository URL by the rules of its kind, as credentials compare them. */
export function normalizeRepoURL(kind: RepoKind, url: string): string {
  switch (kind) {
    case 'git':
      return normalizeGitURL(url);
    case 'helm':
      return normalizeChartServerURL(url);
    default:
      return normalizeImageURL(url);
  }
}

/** Lower case without what cannot be seen: control characters, byte order marks, odd spaces. */
export function canonicalText(url: string): string {
  return url
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '')
    .trim();
}

function normalizeGitLocation(
  scheme: string,
  location: string,
): string | undefined {
  const [, authority, path, query, fragment] =
    /^([^/?#]*)((?:\/[^?#]*)?)(\?[^#]*)?(#.*)?$/.exec(location)!;
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const encoded = encodePath(trimGitSuffix(path));
  if ((query ?? '').length > 1 || !isHost(host) || encoded === undefined) {
    return undefined;
  }
  const kept = scheme === 'ssh' ? authority : host;
  return `${scheme}://${kept}${encoded}${query ?? ''}${fragment ?? ''}`;
}

function normalizeScpForm(text: string): string | undefined {
  const match = /^((?:[\w-]+@)?[\w-]+(?:\.[\w-]+)*)(?::(.*))?$/.exec(text);
  if (!match) return undefined;
  const path = trimGitSuffix(match[2] ?? '');
  return path === '' ? `ssh://${match[1]}` : `ssh://${match[1]}/${path}`;
}

function trimGitSuffix(path: string): string {
  return path.replace(/\/$/, '').replace(/\.git$/, '');
}

function isHost(host: string): boolean {
  return /^(?:[^\s:[\]<>"%\\^`{|}]*|\[[0-9a-f:.]+\])(?::\d*)?$/.test(host);
}

/** Encodes what a path may not contain and keeps what is encoded; `undefined` for a broken escape. */
function encodePath(path: string): string | undefined {
  if (/%(?![0-9a-f]{2})/.test(path)) return undefined;
  return path.replace(/[^\w\-.~!$&'()*+,;=:@/%[\]]/gu, encodeURIComponent);
}
