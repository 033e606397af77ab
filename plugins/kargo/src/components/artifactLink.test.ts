import { freightArtifacts } from 'backstage-plugin-kargo-common';
import { artifactLink, sourceLink } from './artifactLink';

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
    undefined,
  ],
  [
    { charts: [{ repoURL: 'oci://charts.example.com/web', version: '1' }] },
    undefined,
  ],
  [
    { charts: [{ repoURL: 'oci://quay.io/acme/web', version: '1' }] },
    'https://quay.io/repository/acme/web?tab=tags&tag=1',
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
])('knows of the git repository %s the page %s', (source, page) => {
  expect(sourceLink({ kind: 'commit', source })).toBe(page);
});

it.each([
  ['nginx', 'https://hub.docker.com/_/nginx'],
  ['docker.io/library/nginx', 'https://hub.docker.com/_/nginx'],
  ['docker.io/acme/web', 'https://hub.docker.com/r/acme/web'],
  ['ghcr.io/acme/web', 'https://ghcr.io/acme/web'],
  ['quay.io/acme/web', 'https://quay.io/repository/acme/web'],
  ['public.ecr.aws/acme/web', 'https://gallery.ecr.aws/acme/web'],
  [
    'mcr.microsoft.com/dotnet/sdk',
    'https://mcr.microsoft.com/artifact/mar/dotnet/sdk',
  ],
  [
    'eu.gcr.io/acme/web/api',
    'https://console.cloud.google.com/gcr/images/acme/EU/web/api',
  ],
  [
    'europe-west6-docker.pkg.dev/acme/shop/web/api',
    'https://console.cloud.google.com/artifacts/docker/acme/europe-west6/shop/web%2Fapi',
  ],
  [
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web',
    'https://eu-west-1.console.aws.amazon.com/ecr/repositories/private/123456789012/shop/web?region=eu-west-1',
  ],
  ['localhost:5000/acme/web', undefined],
  ['registry.example.com/web', undefined],
  ['quay.io.example.com/web', undefined],
  ['data:text/html,web', undefined],
  ['acme/web?x=<y>', undefined],
])('knows of the images of %s the page %s', (source, page) => {
  expect(sourceLink({ kind: 'image', source })).toBe(page);
});

it.each([
  [
    'https://charts.example.com/stable/web',
    'https://charts.example.com/stable',
  ],
  ['http://charts.example.com//web', 'http://charts.example.com'],
  ['oci://ghcr.io/acme/charts/web', 'https://ghcr.io/acme/charts/web'],
  ['oci://registry.example.com/web', undefined],
  ['file:///etc/web', undefined],
  ['data:text/html,web', undefined],
])('knows of the chart %s the page %s', (source, page) => {
  expect(sourceLink({ kind: 'chart', source })).toBe(page);
});
