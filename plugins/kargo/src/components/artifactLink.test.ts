import { freightArtifacts } from 'backstage-plugin-kargo-common';
import { artifactLink, repositoryPage } from './artifactLink';

const image = (repoURL: string) => ({ images: [{ repoURL, tag: '1.2.0' }] });

it.each<[Parameters<typeof freightArtifacts>[0], string | undefined]>([
  [image('nginx'), 'https://hub.docker.com/r/library/nginx/tags?name=1.2.0'],
  [
    image('docker.io/acme/web'),
    'https://hub.docker.com/r/acme/web/tags?name=1.2.0',
  ],
  [
    image('quay.io/acme/web'),
    'https://quay.io/repository/acme/web?tab=tags&tag=1.2.0',
  ],
  [image('ghcr.io/acme/web'), 'https://ghcr.io/acme/web'],
  [image('registry.example.com/web'), undefined],
  [
    {
      commits: [
        { repoURL: 'git@github.com:acme/config.git', id: 'abcdef', tag: 'v1' },
      ],
    },
    'https://github.com/acme/config/commit/abcdef',
  ],
  [
    { commits: [{ repoURL: 'https://git.example.com/x.git', id: 'abc' }] },
    undefined,
  ],
  [
    {
      charts: [
        { repoURL: 'https://charts.example.com', name: 'web', version: '1' },
      ],
    },
    'https://charts.example.com/web',
  ],
  [
    { charts: [{ repoURL: 'oci://charts.example.com/web', version: '1' }] },
    undefined,
  ],
])('leads from %j to %s', (content, expected) => {
  const [artifact] = freightArtifacts(content);
  expect(artifactLink(artifact)).toBe(expected);
});

it.each([
  ['git@github.com:acme/config.git', 'https://github.com/acme/config'],
  ['https://gitlab.com/g/sub/r.git', 'https://gitlab.com/g/sub/r'],
  ['https://bitbucket.org/o/r', 'https://bitbucket.org/o/r'],
  ['https://dev.azure.com/o/p/_git/r', 'https://dev.azure.com/o/p/_git/r'],
  ['https://git.example.com/x.git', undefined],
])('knows of %s the page %s', (repoURL, page) => {
  expect(repositoryPage(repoURL)).toBe(page);
});
