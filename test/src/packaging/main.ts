// Packs all packages and tries them in an empty portal of each release of Backstage that
// they are said to run on: `yarn test:packages [VERSION…]`. Asks the registry.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../world/chromium';
import { endWithUsage, parseScript } from '../world/scriptOptions';
import { ADDED_PACKAGES } from './addPackages';
import { packPackages } from './packPackages';
import { Release, RELEASES } from './releases';
import { tryPackages } from './tryPackages';

const USAGE = `usage: yarn test:packages [--pictures FOLDER] [${RELEASES.map(
  ({ version }) => version,
).join('|')}]`;

function chooseReleases(versions: readonly string[]): readonly Release[] {
  const known = RELEASES.map(({ version }) => version);
  const unknown = versions.find(version => !known.includes(version));
  if (unknown !== undefined) {
    return endWithUsage(
      USAGE,
      `the versions of ${unknown} are not known here, those of ${known.join(
        ' and ',
      )} are`,
    );
  }
  return versions.length === 0
    ? RELEASES
    : RELEASES.filter(({ version }) => versions.includes(version));
}

async function main(): Promise<number> {
  const { values, positionals } = parseScript(USAGE, {
    allowPositionals: true,
    options: { pictures: { type: 'string' } },
  });
  const releases = chooseReleases(positionals);
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
        values.pictures && join(values.pictures, release.version),
      ).catch(error => [`${error.stack}`]);
      failed += faults.length > 0 ? 1 : 0;
      process.stdout.write(
        `Backstage ${release.version}: ${
          faults.length > 0
            ? `\n  ${faults.join('\n  ')}`
            : 'promoted, in both frontend systems'
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

main().then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(2);
  },
);
