/** An image reference, taken apart. */
export interface ImageReference {
  /** Host and port of the registry; Docker Hub is `index.docker.io`. */
  readonly registry: string;
  /** As written, without `library/` being added. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** The host under which Docker Hub is known in references. */
export const DOCKER_HUB = 'index.docker.io';

const REPOSITORY = /^[a-z0-9_\-./]{1,255}$/;
const TAG = /^[A-Za-z0-9_\-.]{1,128}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const HOST = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])?(?::\d*)?$/;

/**
 * Reads an image reference as Docker clients do, or returns `undefined` if it is none.
 *
 * @remarks
 * What follows the last colon is a tag unless it contains a slash. The first component
 * is a registry if it is `localhost` or contains a dot or a colon; everything else lives
 * on Docker Hub.
 */
export function findImageReference(text: string): ImageReference | undefined {
  return findReference(text, splitRegistry);
}

/**
 * Reads the reference of a chart as Helm does, without `oci://`: the first component is the
 * registry, whatever it looks like.
 */
export function findChartReference(text: string): ImageReference | undefined {
  return findReference(text, splitFirst);
}

function findReference(
  text: string,
  split: (name: string) => { registry: string; repository: string },
): ImageReference | undefined {
  const [named, digest, ...more] = text.split('@');
  if (more.length > 0) return undefined;
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;
  const { name, tag } = splitTag(named);
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  const { registry, repository } = split(name);
  if (!HOST.test(registry) || !REPOSITORY.test(repository)) return undefined;
  return {
    registry,
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** Whether a text may be the tag of an image; what else a registry lists cannot be asked for. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** The repository in the paths of the distribution API; Docker Hub's official images live in `library/`. */
export function wireRepository(reference: ImageReference): string {
  const { registry, repository } = reference;
  const isOfficial = registry === DOCKER_HUB && !repository.includes('/');
  return isOfficial ? `library/${repository}` : repository;
}

function splitTag(text: string): { name: string; tag?: string } {
  const colon = text.lastIndexOf(':');
  const tail = text.slice(colon + 1);
  if (colon < 0 || tail.includes('/')) return { name: text };
  return { name: text.slice(0, colon), tag: tail };
}

function splitRegistry(name: string): { registry: string; repository: string } {
  const first = name.slice(0, Math.max(name.indexOf('/'), 0));
  return first !== 'localhost' && !/[.:]/.test(first)
    ? { registry: DOCKER_HUB, repository: name }
    : splitFirst(name);
}

/** The repository is empty where there is but one component. */
function splitFirst(name: string): { registry: string; repository: string } {
  const [first, ...rest] = name.split('/');
  const registry = first === 'docker.io' ? DOCKER_HUB : first;
  return { registry, repository: rest.join('/') };
}
