import type { Page } from 'playwright-core';
import { useDemoInBrowser } from './support/demoInBrowser';
import { eventually } from './support/eventually';
import { findObstacles } from './support/findObstacles';

jest.setTimeout(300_000);

const inBrowser = useDemoInBrowser();

const KUSTOMIZATION = `kind: Kustomization
resources:
  - ../../../guestbook/base
`;

/** Fills fields by their labels, as a person would. */
async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) {
    await page.getByLabel(label, { exact: true }).fill(text);
  }
}

/** Goes on to a step, which everybody can use. */
async function next(page: Page, step: string): Promise<void> {
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('heading', { name: step, level: 3 }).waitFor();
  expect(await findObstacles(page)).toEqual([]);
}

describe('somebody with a new service', () => {
  it('sets up its project step by step, and promotes to its first Stage', async () => {
    const { world, portal } = inBrowser.demo;
    await world.git.commit('gitops', {
      message: 'Prepare the bookshop',
      files: {
        'apps/bookshop/overlays/test/kustomization.yaml': KUSTOMIZATION,
      },
    });
    const { page, problems } = await inBrowser.visit('alice', '/kargo');
    await page.getByRole('link', { name: 'Guided set-up' }).click();
    await fill(page, {
      Name: 'bookshop',
      Description: 'Books by mail',
      'Catalog entity': 'component:default/guestbook',
    });
    await next(page, 'Warehouse');
    await fill(page, {
      Repository: world.guestbookRepository,
      Versions: '~1.2.0',
    });
    await page.getByRole('button', { name: 'Look now' }).click();
    await page.getByText('It would make Freight of:').waitFor();
    await page
      .getByText(world.guestbookRepository, { exact: true })
      .last()
      .waitFor();
    await next(page, 'Stages');
    await page
      .getByRole('checkbox', { name: 'Promote automatically to test' })
      .uncheck();
    await page.getByRole('button', { name: 'Remove uat' }).click();
    await next(page, 'Promotion');
    await fill(page, {
      'Git repository that is deployed from': world.gitopsURL,
      'Path in the repository': 'apps/bookshop/overlays/${{ ctx.stage }}',
    });
    await page.reload();
    await next(page, 'Review');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('link', { name: 'Open the pipeline' }).click();

    const kargo = portal.kargo();
    const freight = await eventually('Freight of the bookshop', async () => {
      const { groups } = await kargo.queryFreight({ project: 'bookshop' });
      return groups['']?.items.at(0);
    });
    await page.getByRole('button', { name: 'Promote to test' }).click();
    const dialog = page.getByRole('dialog', { name: 'Promote to test' });
    await dialog.getByText(`nothing → 1.2.0 (${freight.alias})`).waitFor();
    await dialog.getByRole('button', { name: 'Promote to test' }).click();
    const drawer = page.getByRole('dialog', {
      name: `1.2.0 (${freight.alias}) to test`,
    });
    await drawer.getByText('Succeeded').waitFor();
    const [commit] = await world.git.log('gitops', 'main');
    expect(commit.subject).toBe('Promote bookshop 1.2.0 to test');
    expect(
      await world.git.readFile(
        'gitops',
        'main',
        'apps/bookshop/overlays/test/kustomization.yaml',
      ),
    ).toMatch(/newTag: 1\.2\.0\n/);
    expect(problems).toEqual([]);
  });
});
