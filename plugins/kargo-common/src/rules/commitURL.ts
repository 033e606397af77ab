/** Hosts of git repositories whose pages we know. @public */
export type GitHost = 'azure' | 'bitbucket' | 'gitea' | 'github' | 'gitlab';

const MARKS: readonly (readonly [mark: string, host: GitHost])[] = [
  ['dev.azure.com', 'azure'],
  ['visualstudio.com', 'azure'],
  ['bitbucket', 'bitbucket'],
  ['gitea', 'gitea'],
  ['github', 'github'],
  ['gitlab', 'gitlab'],
];

const COMMIT_PATH: Readonly<Record<GitHost, string>> = {
  azure: '/commit/',
  bitbucket: '/commits/',
  gitea: '/commit/',
  github: '/commit/',
  gitlab: '/-/commit/',
};

/**
 * The address of a commit's page, or `undefined` when the host is none we know.
 *
 * @remarks
 * Differs: Kargo lower-cases the path, needs a reachable Gitea and gives none for Azure.
 *
 * @public
 */
export function findCommitURL(
  repoURL: string,
  commit: string,
  provider?: GitHost,
): string | undefined {
  const location = readLocation(repoURL);
  const host = provider ?? inferHost(location?.host);
  if (!location || !host) {
    return undefined;
  }
  const base =
    host === 'azure' ? azureBase(location) : `${location.host}${location.path}`;
  return `https://${base}${COMMIT_PATH[host]}${commit}`;
}

interface Location {
  /** With the port, where it is one of HTTP. */
  host: string;
  /** With a slash in front, without one at its end and without `.git`. */
  path: string;
}

function readLocation(repoURL: string): Location | undefined {
  const url = repoURL.includes('://')
    ? repoURL
    : repoURL.replace(/^([^/:]+):/, 'ssh://$1/');
  if (!URL.canParse(url)) {
    return undefined;
  }
  const { protocol, host, hostname, pathname } = new URL(url);
  return {
    host: protocol === 'ssh:' ? hostname : host,
    path: `/${pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/i, '')}`,
  };
}

function inferHost(hostname: string | undefined): GitHost | undefined {
  return MARKS.find(([mark]) => hostname?.toLowerCase().includes(mark))?.[1];
}

/** The address for SSH, `/v3/org/project/repo`, is not the one of the pages. */
function azureBase({ host, path }: Location): string {
  const [, organisation, project, repository] =
    /^\/v3\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  return repository
    ? `dev.azure.com/${organisation}/${project}/_git/${repository}`
    : `${host}${path}`;
}
