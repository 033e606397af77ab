import {
  normalizeChartURL,
  normalizeGitURL,
  normalizeImageURL,
  normalizeRepoURL,
} from './repoUrls';

describe('normalizeGitURL', () => {
  it.each([
    ['https://GitHub.com/Org/Repo.git', 'https://github.com/org/repo'],
    ['https://github.com/org/repo.git/', 'https://github.com/org/repo'],
    ['https://github.com/org/repo.git//', 'https://github.com/org/repo.git/'],
    ['https://github.com/org/repo.git.git', 'https://github.com/org/repo.git'],
    ['https://github.com:443/org/repo', 'https://github.com:443/org/repo'],
    ['http://github.com/org/repo', 'http://github.com/org/repo'],
    ['https://user:pw@github.com/org/repo.git', 'https://github.com/org/repo'],
    ['https://u@ser:pw@github.com/org/repo', 'https://github.com/org/repo'],
    [
      'https://github.com//org//repo#main',
      'https://github.com//org//repo#main',
    ],
    [
      'https://dev.azure.com/org/My Project/_git/repo',
      'https://dev.azure.com/org/my%20project/_git/repo',
    ],
    [
      'https://dev.azure.com/org/My%20Project/_git/repo',
      'https://dev.azure.com/org/my%20project/_git/repo',
    ],
    ['https://[::1]:8443/org/repo.git', 'https://[::1]:8443/org/repo'],
    ['git@github.com:Org/Repo.git', 'ssh://git@github.com/org/repo'],
    ['git@github.com:/org/repo.git', 'ssh://git@github.com//org/repo'],
    ['github.com:org/repo', 'ssh://github.com/org/repo'],
    ['git@my-host:2222/org/repo.git', 'ssh://git@my-host/2222/org/repo'],
    [
      'ssh://git@github.com:22/org/repo.git',
      'ssh://git@github.com:22/org/repo',
    ],
    [' https://github.com/org/\u200brepo ', 'https://github.com/org/repo'],
    [
      '\ufeffhttps://github.com/org/repo\u00a0\n',
      'https://github.com/org/repo',
    ],
  ])('writes %j as %j', (url, expected) => {
    expect(normalizeGitURL(url)).toBe(expected);
  });

  it.each([
    'https://GitHub.com/org/repo?x=1',
    'https://GitHub.com/org/%zz',
    'https://GitHub.com:ssh/org/repo',
    'https://Git Hub.com/org/repo',
    '/srv/Git/repo.git',
    '',
  ])('leaves %j as it is', url => {
    expect(normalizeGitURL(url)).toBe(url);
  });
});

describe('normalizeImageURL', () => {
  it.each([
    ['nginx', 'nginx'],
    ['docker.io/library/nginx', 'nginx'],
    ['index.docker.io/library/nginx', 'nginx'],
    ['registry-1.docker.io/library/nginx', 'nginx'],
    ['library/nginx', 'nginx'],
    ['docker.io/bitnami/nginx', 'bitnami/nginx'],
    [
      'registry.hub.docker.com/library/nginx',
      'registry.hub.docker.com/library/nginx',
    ],
    ['GHCR.io/Org/App', 'ghcr.io/org/app'],
    ['ghcr.io/org/app:1.2.3', 'ghcr.io/org/app'],
    [`ghcr.io/org/app:1.2.3@sha256:${'a'.repeat(64)}`, 'ghcr.io/org/app'],
    ['ghcr.io/org/app:', 'ghcr.io/org/app:'],
    ['GHCR.io/org/app:', 'GHCR.io/org/app:'],
    ['localhost:5000/library/app', 'localhost:5000/library/app'],
    ['myhost/app', 'myhost/app'],
  ])('writes %j as %j', (url, expected) => {
    expect(normalizeImageURL(url)).toBe(expected);
  });
});

describe('normalizeChartURL', () => {
  it.each([
    ['OCI://GHCR.io/Org/App', 'ghcr.io/org/app'],
    ['oci://registry-1.docker.io/bitnamicharts/redis', 'bitnamicharts/redis'],
    ['https://charts.example.com/', 'https://charts.example.com/'],
    ['https://Charts.example.com/Stable', 'https://charts.example.com/stable'],
    ['https://charts.example.com:8443', 'https://charts.example.com'],
    [
      'https://Charts.example.com:8443/Stable',
      'https://charts.example.com:8443/stable',
    ],
  ])('writes %j as %j', (url, expected) => {
    expect(normalizeChartURL(url)).toBe(expected);
  });
});

describe('normalizeRepoURL', () => {
  it.each([
    ['git', 'https://ghcr.io/o/app.git', 'https://ghcr.io/o/app'],
    ['helm', 'oci://ghcr.io/o/app', 'ghcr.io/o/app'],
    ['helm', 'oci://docker.io/registry/app', 'registry/app'],
    ['helm', 'oci://registry/app', 'oci://registry/app'],
    ['helm', 'oci://localhost/app', 'localhost/app'],
    ['image', 'docker.io/library/nginx', 'nginx'],
    ['helm', 'https://Charts.corp:8443', 'https://charts.corp:8443'],
    [
      'helm',
      'http://charts.corp:8443/Stable',
      'http://charts.corp:8443/stable',
    ],
  ] as const)('follows the rules of %s', (kind, url, expected) => {
    expect(normalizeRepoURL(kind, url)).toBe(expected);
  });

  it.each(['git', 'helm', 'image'] as const)('of %s is stable', kind => {
    for (const url of [
      'https://h/p/q',
      'ghcr.io/org/app',
      'nginx',
      'ssh://git@h/p',
    ]) {
      const once = normalizeRepoURL(kind, url);
      expect(normalizeRepoURL(kind, once)).toBe(once);
    }
  });
});
