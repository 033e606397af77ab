import { Manifest } from './manifests';
import { releaseFaults, withAddress } from './releaseFaults';

const manifest: Manifest = { name: 'plugin', version: '1.0.0' };
const files = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];
const address = 'https://git.example.com/acme/plugin';

it('publishes what says what it is, under which licence, what changed, and where its code is', () => {
  const addressed = withAddress(manifest, address, 'plugins/plugin');
  expect(releaseFaults({ files, manifest: addressed })).toEqual([]);
});

it('tells everything that is missing, and how it is mended', () => {
  expect(releaseFaults({ files: ['package.json'], manifest })).toEqual([
    'plugin has no README.md',
    'plugin has no LICENSE',
    'plugin has no CHANGELOG.md. Write it with: yarn changeset version',
    'plugin says no address of its code. Tell it once: yarn release:address https://HOST/OWNER/NAME',
  ]);
});

it('gives a package the address of its code, which is that of its folder', () => {
  expect(withAddress(manifest, `${address}/`, 'plugins/plugin')).toEqual({
    ...manifest,
    homepage: `${address}#readme`,
    repository: {
      type: 'git',
      url: `git+${address}.git`,
      directory: 'plugins/plugin',
    },
  });
});
