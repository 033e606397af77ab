import {
  KargoSearchDocument,
  Subscription,
} from 'backstage-plugin-kargo-common';
import { KargoDocuments } from './documents';
import { aProject, aStage, aWarehouse, someFreight } from './testing/builders';

const documents = KargoDocuments.create('/kargo');
const commit = '0123456789abcdef0123456789abcdef01234567';
const web = { repoURL: 'ghcr.io/acme/web', tag: '1.4.1' };
const site = { repoURL: 'https://git.example/site.git', id: commit };

it.each<[what: string, document: KargoSearchDocument, expected: object]>([
  [
    'a project with what people say of it',
    documents.project(aProject('shop', 'Everything that sells.')),
    {
      title: 'shop',
      text: 'Project of Kargo. Everything that sells.',
      location: '/kargo/projects/shop',
      kind: 'Project',
      project: 'shop',
      name: 'shop',
    },
  ],
  [
    'a Stage with where its Freight comes from',
    documents.stage(aStage('prod', ['web', 'site'], 'For customers')),
    {
      title: 'prod',
      text: 'Stage of project shop, takes Freight of web, site. For customers',
      location: '/kargo/projects/shop?stage=prod',
      kind: 'Stage',
      project: 'shop',
      name: 'prod',
    },
  ],
  [
    'a Warehouse with what it watches',
    documents.warehouse(
      aWarehouse(
        'web',
        { image: { repoURL: 'ghcr.io/acme/web' } } as Subscription,
        { git: { repoURL: 'https://git.example/site.git' } } as Subscription,
        {
          chart: { repoURL: 'https://charts.example', name: 'cache' },
        } as Subscription,
        { name: 'models', bucket: {} },
        { bucket: {} },
      ),
    ),
    {
      title: 'web',
      text: 'Warehouse of project shop, watches web (ghcr.io/acme/web), site (https://git.example/site.git), cache (https://charts.example/cache), models, bucket',
      location: '/kargo/projects/shop?warehouse=web',
      kind: 'Warehouse',
      project: 'shop',
      name: 'web',
    },
  ],
  [
    'Freight with its alias, versions and commits in full',
    documents.freight(
      someFreight('f1', {
        alias: 'brisk-otter',
        images: [web],
        commits: [{ ...site, message: 'Mend the foot\n\nIt was cut.' }],
      }),
    ),
    {
      title: '1.4.1, 0123456 (brisk-otter)',
      text: `Freight of project shop from web: web 1.4.1 (ghcr.io/acme/web), site 0123456 (https://git.example/site.git, ${commit}, Mend the foot)`,
      location: '/kargo/projects/shop?freight=f1',
      kind: 'Freight',
      project: 'shop',
      name: 'f1',
    },
  ],
  [
    'Freight with a tagged commit',
    documents.freight(someFreight('f1', { commits: [{ ...site, tag: 'v2' }] })),
    {
      title: 'v2 (f1)',
      text: `Freight of project shop from web: site v2 (https://git.example/site.git, ${commit})`,
    },
  ],
  [
    'of many versions the first, and how many more there are',
    documents.freight(
      someFreight('f1', {
        images: ['1', '2', '3', '4', '5'].map(tag => ({ ...web, tag })),
      }),
    ),
    { title: '1, 2, 3 and 2 more (f1)' },
  ],
  [
    'Freight without a version by its name',
    documents.freight(
      someFreight('f1', { charts: [{ repoURL: 'oci://x/y' }] }),
    ),
    { title: 'f1' },
  ],
])('tells of %s', (_, document, expected) => {
  expect(document).toMatchObject({
    authorization: { resourceRef: 'shop' },
    ...expected,
  });
});

it('leads to where the page is, whatever names hold', () => {
  const stage = aStage('a&b=c');
  stage.metadata.namespace = 'x/y';
  const { location } = KargoDocuments.create('').stage(stage);
  expect(location).toBe('/projects/x%2Fy?stage=a%26b%3Dc');
});
