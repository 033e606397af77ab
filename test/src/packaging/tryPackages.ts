import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openPortal } from '../e2e/support/openPortal';
import { ApiProgram } from '../scenarios/ApiProgram';
import { type Portal, startPortal } from '../world/portal';
import { ACME_FREIGHT, acmePipeline } from './acmePipeline';
import { addPackages, INTERFACE_PACKAGES } from './addPackages';
import { command } from './command';
import { findCopies, findNewVersions } from './findCopies';
import { Tarball } from './installTarballs';
import { OLD_SYSTEM_PATH } from './oldFrontendSystem';
import { Release } from './releases';
import { writePortal } from './writePortal';

/** What the portal finds where its configuration says; it needs nothing else. */
const PIPELINE = acmePipeline(`
      - uses: compose-output
        config: {tag: '\${{ imageFrom("127.0.0.1:9/web").Tag }}'}
`);

/**
 * Installs packages into an empty portal of a release, checks its types, builds and starts
 * it, promotes through its page, and opens what they have for the old frontend system.
 *
 * @param base - an empty folder outside the repository
 * @param pictures - a folder for pictures of the old frontend system
 * @returns what is wrong, one sentence each
 * @throws Error where the portal does not get that far
 */
export async function tryPackages(
  base: string,
  release: Release,
  tarballs: readonly Tarball[],
  browser: Browser,
  pictures?: string,
): Promise<string[]> {
  const folder = join(base, 'portal');
  await mkdir(folder);
  const faults = await install(folder, release, tarballs);
  if (faults.length > 0) {
    return faults;
  }
  await command(folder, 'yarn', 'tsc', '--noEmit');
  await command(folder, 'yarn', 'workspace', 'app', 'build');
  const portal = await start(base, folder);
  try {
    const problems = [
      ...(await promote(browser, portal, release)),
      ...(await lookAround(browser, portal, pictures)),
    ];
    return problems.map(problem => `the browser complains: ${problem}`);
  } finally {
    await portal.close();
  }
}

/** First the portal alone: what the packages bring with them is what comes after. */
async function install(
  folder: string,
  release: Release,
  tarballs: readonly Tarball[],
): Promise<string[]> {
  const readLock = () => readFile(join(folder, 'yarn.lock'), 'utf8');
  await writePortal(folder, release);
  await command(folder, 'yarn', 'install');
  const before = await readLock();
  await addPackages(folder, release, tarballs);
  const printed = await command(folder, 'yarn', 'install');
  const copies = INTERFACE_PACKAGES.flatMap(name => findCopies(folder, name));
  return [
    ...(printed.match(/.*YN0002.*backstage-plugin-kargo.*/g) ?? []),
    // Beside those of an older release come the newest that a range allows, which a backend
    // can live with: it finds services by their names.
    ...(release.isOlder
      ? []
      : findNewVersions(before, await readLock()).map(
          each => `the packages bring one more: ${each}`,
        )),
    ...copies.map(each => `there is a second copy of ${each}`),
  ];
}

/** As `yarn start` does, in the folder that paths of the configuration begin in. */
async function start(base: string, folder: string): Promise<Portal> {
  const backend = join(folder, 'packages/backend');
  await mkdir(join(backend, 'kargo'));
  await writeFile(join(backend, 'kargo/acme.yaml'), PIPELINE);
  return startPortal({
    stateDir: join(base, 'state'),
    backend: {
      folder: backend,
      args: [
        '--require',
        join(folder, 'node_modules/@backstage/cli/config/nodeTransform.cjs'),
        'src/index.ts',
        ...['--config', join(folder, 'app-config.yaml')],
      ],
    },
    extraConfig: {
      kargo: { manifests: { locations: [{ path: './kargo' }] } },
    },
  });
}

/**
 * Promotes as a person does, past what the sample module adds to the dialog, and finds the
 * pipeline on the entity.
 */
async function promote(
  browser: Browser,
  portal: Portal,
  { tab }: Release,
): Promise<readonly string[]> {
  const { page, problems, close } = await openPortal(browser, portal, 'rita', {
    path: '/kargo',
  });
  await page.getByRole('link', { name: 'acme' }).waitFor();
  await new ApiProgram(portal.api, portal.token).create(ACME_FREIGHT);
  await page.goto('/kargo/projects/acme?view=list');
  await page.getByRole('button', { name: 'Set off to test' }).click();
  const dialog = page.getByRole('dialog', { name: 'Promote to test' });
  await dialog.getByRole('link', { name: 'Notes of 1.2.0' }).waitFor();
  await dialog.getByRole('button', { name: 'Set off to test' }).click();
  await page
    .getByRole('dialog', { name: /to test$/ })
    .getByText('Succeeded')
    .waitFor();
  await page.goto('/catalog/default/component/web');
  await page.getByRole('link', { name: tab, exact: true }).click();
  await page.waitForURL('**/catalog/default/component/web/kargo');
  await close();
  return problems;
}

/** Opens what an app of the old frontend system mounts, and follows its links. */
async function lookAround(
  browser: Browser,
  portal: Portal,
  pictures: string | undefined,
): Promise<readonly string[]> {
  const next = ACME_FREIGHT.replace('1.2.0', '1.3.0');
  await new ApiProgram(portal.api, portal.token).create(next);
  const { page, problems, goto, close } = await openPortal(
    browser,
    portal,
    'rita',
    { path: OLD_SYSTEM_PATH },
  );
  const keep = async (name: string) => {
    if (pictures === undefined) return;
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  };

  await page.getByText('Waiting for you').waitFor();
  await page
    .getByRole('link', { name: '1.3.0 can be promoted to test' })
    .waitFor();
  await keep('home');
  await page
    .getByRole('link', { name: '1.3.0 can be promoted to test' })
    .click();
  await page.waitForURL(/\/kargo\/projects\/acme\?.*promote=test/);
  await page.getByRole('dialog', { name: 'Promote to test' }).waitFor();
  await keep('promote');

  await goto('/catalog/default/component/web');
  const card = page.getByRole('table', { name: 'What runs in each Stage' });
  await card.getByText('1.2.0').waitFor();
  await keep('entity-card');
  await page.getByRole('link', { name: 'Open pipeline' }).click();
  await page.waitForURL('**/catalog/default/component/web/kargo');
  await page.getByRole('button', { name: 'Details of test' }).first().waitFor();
  await keep('entity-tab');

  await goto('/catalog/default/system/acme-system/kargo-system');
  await page.getByRole('link', { name: 'web' }).first().waitFor();
  await keep('system-tab');

  await goto('/kargo');
  await page.getByRole('link', { name: 'acme' }).waitFor();
  await keep('projects');
  await page.getByRole('link', { name: 'acme' }).click();
  await page.waitForURL('**/kargo/projects/acme');
  await page.getByRole('button', { name: 'Details of test' }).first().waitFor();
  await keep('pipeline');
  await close();
  return problems;
}
