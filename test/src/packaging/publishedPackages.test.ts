import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../world/paths';
import { readManifest } from './manifests';
import { ONE_PER_APP } from './onePerApp';
import { listPublishedPackages } from './publishedPackages';

const published = listPublishedPackages();

const named = published.map(
  ({ folder, manifest }) => [manifest.name, folder, manifest] as const,
);

it('publishes the packages of the plugin and no others', () => {
  expect(published.map(({ manifest }) => manifest.name).sort()).toEqual([
    'backstage-plugin-kargo',
    'backstage-plugin-kargo-backend',
    'backstage-plugin-kargo-backend-module-github',
    'backstage-plugin-kargo-backend-module-hcl',
    'backstage-plugin-kargo-backend-module-jira',
    'backstage-plugin-kargo-backend-module-notifications',
    'backstage-plugin-kargo-backend-module-servicenow',
    'backstage-plugin-kargo-cli',
    'backstage-plugin-kargo-common',
    'backstage-plugin-kargo-expr',
    'backstage-plugin-kargo-node',
    'backstage-plugin-search-backend-module-kargo',
  ]);
});

describe.each(named)('%s', (name, folder, manifest) => {
  const read = (file: string) =>
    readFileSync(join(repositoryRoot, folder, file), 'utf8');

  it('says on its page what it is and how to add it', () => {
    const readme = read('README.md');
    expect(readme).toMatch(new RegExp(`^# ${name}\n`));
    expect(readme).toContain('```');
  });

  it('carries the licence that it names', () => {
    expect(manifest.license).toBe('Apache-2.0');
    expect(read('LICENSE')).toBe(
      readFileSync(join(repositoryRoot, 'LICENSE'), 'utf8'),
    );
  });

  it('can be found, and published by everybody who may', () => {
    expect(manifest.description).toBeTruthy();
    expect(manifest.keywords).toContain('backstage');
    expect(manifest.publishConfig?.access).toBe('public');
  });

  it('says on which Node.js it runs, if it runs on it', () => {
    const { role = '' } = manifest.backstage ?? {};
    const runs = role === 'cli' || role.startsWith('backend-plugin');
    const { engines } = readManifest(repositoryRoot);
    expect(manifest.engines).toEqual(runs ? engines : undefined);
  });

  it('leads to the same repository as the others', () => {
    const root = readManifest(repositoryRoot);
    expect(manifest.repository).toEqual(
      root.repository && { ...root.repository, directory: folder },
    );
    expect(manifest.homepage).toEqual(root.homepage);
  });

  it('shares the framework of the portal instead of bringing its own', () => {
    const pinned = Object.entries(manifest.dependencies ?? {}).filter(
      ([dependency, range]) =>
        dependency.startsWith('@backstage/') && !range.startsWith('^'),
    );
    expect(pinned).toEqual([]);
    expect(
      ONE_PER_APP.filter(each => each in (manifest.dependencies ?? {})),
    ).toEqual([]);
  });
});

it('asks a portal of this or the next release for the framework of its app', () => {
  const { peerDependencies = {} } = readManifest(
    join(repositoryRoot, 'plugins/kargo'),
  );
  expect(peerDependencies).toMatchObject({
    '@backstage/frontend-plugin-api': '^0.18.1 || ^1.0.0',
    '@backstage/plugin-catalog-react': '^3.2.3 || ^4.0.0',
  });
  expect(Object.keys(peerDependencies)).toEqual(
    expect.arrayContaining(ONE_PER_APP),
  );
});
