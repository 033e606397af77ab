// Packs all packages and tries them in an empty portal of each release of Backstage that
// they are said to run on: `yarn test:packages [VERSION…]`. Asks the registry.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../world/chromium';
import { ADDED_PACKAGES } from './addPackages';
import { packPackages } from './packPackages';
import { Release, RELEASES } from './releases';
import { tryPackages } from './tryPackages';

function chooseReleases(versions: readonly string[]): readonly Release[] {
  const known = RELEASES.map(({ version }) => version);
  const unknown = versions.find(version => !known.includes(version));
  if (unknown !== undefined) {
    throw new Error(
      `the versions of ${unknown} are not known here, those of ${known.join(
        ' and ',
      )} are`,
    );
  }
  return versions.length === 0
    ? RELEASES
    : RELEASES.filter(({ version }) => versions.includes(version));
}

async function main(versions: readonly string[]): Promise<number> {
  const releases = chooseReleases(versions);
  const base = await mkdtemp(join(tmpdir(), 'kargo-packages-'));
  const browser = await launchChromium();
  let failed = 0;
  try {
    const stage = join(base, 'stage');
    await mkdir(stage);
    const tarballs = await packPackages(stage, ADDED_PACKAGES);
    for (const release of releases) {
      const folder = join(base, release.version);
      await mkdir(folder);
      const faults = await tryPackages(
        folder,
        release,
        tarballs,
        browser,
      ).catch(error => [`${error.stack}`]);
      failed += faults.length > 0 ? 1 : 0;
      process.stdout.write(
        `Backstage ${release.version}: ${
          faults.length > 0 ? `\n  ${faults.join('\n  ')}` : 'promoted'
        }\n`,
      );
    }
  } finally {
    await browser.close();
    await rm(base, { recursive: true, force: true });
  }
  process.stdout.write(
    `${releases.length - failed} passed, ${failed} failed\n`,
  );
  return failed > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(2);
  },
);
