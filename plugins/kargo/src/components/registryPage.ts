/** The page of a repository at one registry: of a tag where one is given and has its own. */
type Page = (path: string, host: string, tag?: string) => string | undefined;

const HUB_HOSTS = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

const PAGES: readonly [host: RegExp, page: Page][] = [
  [/^ghcr\.io$/, path => `https://ghcr.io/${path}`],
  [
    /^quay\.io$/,
    (path, _, tag) =>
      `https://quay.io/repository/${path}${query({
        ...(tag && { tab: 'tags', tag }),
      })}`,
  ],
  [/^public\.ecr\.aws$/, path => `https://gallery.ecr.aws/${path}`],
  [
    /^mcr\.microsoft\.com$/,
    path => `https://mcr.microsoft.com/artifact/mar/${path}`,
  ],
  [/^([a-z]+\.)?gcr\.io$/, containerRegistry],
  [/^[a-z0-9-]+-docker\.pkg\.dev$/, artifactRegistry],
  [/^\d+\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com$/, elasticContainerRegistry],
];

/**
 * The page that people read of a repository of images or charts, where its registry has
 * one that is known.
 *
 * @param repository - as an image is pulled, or with `oci://` before it
 * @param tag - leads to this one of its tags, where the registry can
 */
export function registryPage(
  repository: string,
  tag?: string,
): string | undefined {
  const parts = repository.replace(/^oci:\/\//, '').split('/');
  if (!parts.every(part => /^[\w.:-]+$/.test(part))) {
    return undefined;
  }
  // A registry's name has a dot or a port; without one it is Docker Hub's.
  const isNamed = parts.length > 1 && /[.:]|^localhost$/.test(parts[0]);
  const [host, ...path] = isNamed ? parts : [HUB_HOSTS[0], ...parts];
  if (path.length === 0) {
    return undefined;
  }
  if (HUB_HOSTS.includes(host)) {
    return dockerHub(path, tag);
  }
  const [, page] = PAGES.find(([pattern]) => pattern.test(host)) ?? [];
  return page?.(path.join('/'), host, tag);
}

function dockerHub(path: readonly string[], tag?: string): string {
  const names = path.length === 1 ? ['library', ...path] : path;
  if (tag) {
    // Of official images, too, tags are listed here alone.
    return `https://hub.docker.com/r/${names.join('/')}/tags${query({
      name: tag,
    })}`;
  }
  return names[0] === 'library'
    ? `https://hub.docker.com/_/${names.slice(1).join('/')}`
    : `https://hub.docker.com/r/${names.join('/')}`;
}

/** `[eu.]gcr.io/<project>/<image>`. */
function containerRegistry(path: string, host: string): string | undefined {
  const [project, ...image] = path.split('/');
  if (image.length === 0) {
    return undefined;
  }
  const region = host === 'gcr.io' ? 'GLOBAL' : host.split('.')[0];
  return `https://console.cloud.google.com/gcr/images/${project}/${region.toLocaleUpperCase(
    'en-US',
  )}/${image.join('/')}`;
}

/** `<location>-docker.pkg.dev/<project>/<repository>/<image>`. */
function artifactRegistry(path: string, host: string): string | undefined {
  const [project, repository, ...image] = path.split('/');
  if (image.length === 0) {
    return undefined;
  }
  const location = host.slice(0, host.indexOf('-docker.pkg.dev'));
  const parts = [project, location, repository, image.join('/')];
  return `https://console.cloud.google.com/artifacts/docker/${parts
    .map(encodeURIComponent)
    .join('/')}`;
}

/** `<account>.dkr.ecr.<region>.amazonaws.com/<name>`. */
function elasticContainerRegistry(path: string, host: string): string {
  const [account, , , region] = host.split('.');
  return `https://${region}.console.aws.amazon.com/ecr/repositories/private/${account}/${path}${query(
    { region },
  )}`;
}

function query(fields: Record<string, string>): string {
  const text = new URLSearchParams(fields).toString();
  return text && `?${text}`;
}
