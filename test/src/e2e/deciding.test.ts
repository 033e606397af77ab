import type { Locator, Page } from 'playwright-core';
import { demoRepositories, describeDemoImage } from '../world/demoWorld';
import { useDemoInBrowser } from './support/demoInBrowser';
import { eventually } from './support/eventually';
import { findObstacles } from './support/findObstacles';
import { freightOf, promoted, published, settled } from './support/guestbook';

jest.setTimeout(300_000);

const inBrowser = useDemoInBrowser();
const { visit } = inBrowser;

const guestbook = '/kargo/projects/guestbook';
const storefront = '/kargo/projects/storefront';

const graphOf = (page: Page) =>
  page.getByRole('region', { name: 'Pipeline from Warehouses to Stages' });

const details = (page: Page, name: string) =>
  graphOf(page).getByRole('button', { name: `Details of ${name}` });

/** The card of a Stage in the graph. */
const cardOf = (page: Page, name: string): Locator =>
  page.locator(`.react-flow__node[data-id="stage/${name}"]`);

/** Waits until a condition of the storefront holds. */
function storefrontHas<T>(
  what: string,
  ask: (
    kargo: ReturnType<typeof inBrowser.demo.portal.kargo>,
  ) => Promise<T | undefined>,
): Promise<T> {
  return eventually(what, () => ask(inBrowser.demo.portal.kargo()));
}

/** Waits until a Stage of the storefront holds Freight whose image has a tag. */
function runsInStorefront(tag: string, stage: string): Promise<string> {
  return storefrontHas(`${tag} in ${stage}`, async kargo => {
    const { status } = await kargo.getStage({ project: 'storefront', stage });
    const held = Object.values(status?.freightHistory?.[0]?.items ?? {});
    return held.find(({ images }) => images?.some(image => image.tag === tag))
      ?.name;
  });
}

describe('going back', () => {
  it('is chosen and never suggested, pauses automation in words, and is marked', async () => {
    const { demo } = inBrowser;
    await published(demo, '1.3.0');
    const older = await freightOf(demo.portal, '1.2.0');
    const { page, problems } = await visit(
      'rita',
      `${guestbook}?view=graph&promote=test`,
    );
    const dialog = page.getByRole('dialog', { name: 'Promote to test' });
    await dialog.getByText('test already runs the newest.').waitFor();
    await dialog
      .getByRole('button', { name: 'Promote to test' })
      .and(page.locator('[aria-disabled="true"]'))
      .waitFor();
    await dialog.getByRole('radio', { name: new RegExp(older.alias!) }).check();
    await dialog.getByText('This goes back to an older version.').waitFor();
    await dialog
      .getByText('Automatic promotion of this Stage pauses')
      .waitFor();
    expect(await findObstacles(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Roll back to 1.2.0' }).click();
    const drawer = page.getByRole('dialog', { name: /^1\.2\.0 .*to test$/ });
    await drawer.getByText('Succeeded').waitFor();
    await drawer.getByRole('button', { name: 'Close' }).click();
    const card = cardOf(page, 'test');
    await card.getByText('On hold').waitFor();
    await card.getByText(/Paused by Rita Reyes/).waitFor();

    await details(page, 'test').click();
    const stage = page.getByRole('dialog', { name: 'test' });
    await stage.getByText('Rollback').waitFor();
    await stage
      .getByRole('button', { name: 'Resume automatic promotion' })
      .click();
    await settled(demo.portal, '1.3.0', 'test');
    await page.keyboard.press('Escape');
    await card.getByText('1.3.0').waitFor();
    await card.getByText('On hold').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });
});

describe('a decision', () => {
  it('sees who depends on it and what would change in git, line by line, and nothing is pushed', async () => {
    const { demo } = inBrowser;
    const before = await demo.world.git.log('gitops', 'main');
    const { page, problems } = await visit('rita', `${guestbook}?promote=uat`);
    const dialog = page.getByRole('dialog', { name: 'Promote to uat' });
    await dialog
      .getByRole('button', { name: 'Show what changes in git' })
      .click();
    await dialog.getByText('1 file changes in git.').waitFor();
    const diff = dialog.getByRole('table', {
      name: /Changes of apps\/guestbook\/overlays\/uat\/kustomization\.yaml/,
    });
    await diff.getByText(/newTag: 1\.3\.0/).waitFor();
    for (const dependent of ['storefront', 'visitor-report']) {
      await dialog.getByRole('link', { name: dependent }).waitFor();
    }
    expect(await findObstacles(page)).toEqual([]);
    expect(await demo.world.git.log('gitops', 'main')).toEqual(before);
    expect(problems).toEqual([]);
  });

  it('sees the commits between', async () => {
    const { demo } = inBrowser;
    const kargo = demo.portal.kargo();
    const first = await runsInStorefront('2.1.0', 'test');
    await kargo.promoteToStage({
      project: 'storefront',
      stage: 'uat',
      body: { freight: first },
    });
    await runsInStorefront('2.1.0', 'uat');
    await demo.world.git.commit('storefront-content', {
      message: 'Greet in a third language',
      files: { 'content/welcome.md': 'Welcome. Willkommen. Bienvenue.\n' },
    });
    await kargo.refreshWarehouse({ project: 'storefront', name: 'storefront' });
    await storefrontHas('newer content in test', async client => {
      const { status } = await client.getStage({
        project: 'storefront',
        stage: 'test',
      });
      const held = Object.values(status?.freightHistory?.[0]?.items ?? {});
      return held.some(({ name }) => name !== first) ? true : undefined;
    });
    const { page, problems } = await visit('rita', `${storefront}?promote=uat`);
    const dialog = page.getByRole('dialog', { name: 'Promote to uat' });
    await dialog
      .getByText('1 commit of storefront-content comes in')
      .first()
      .waitFor();
    await dialog.getByText('Greet in a third language').first().waitFor();
    expect(problems).toEqual([]);
  });

  it('is made by dropping Freight on a Stage, or walking there by arrow keys', async () => {
    const { alias } = await freightOf(inBrowser.demo.portal, '1.3.0');
    const { page, problems } = await visit('rita', `${guestbook}?view=graph`);
    const uat = cardOf(page, 'uat');
    await uat.waitFor();
    await page
      .getByRole('button', { name: alias!, exact: true })
      .dragTo(uat.getByText('uat', { exact: true }).first());
    const dialog = page.getByRole('dialog', { name: 'Promote to uat' });
    await dialog.getByText(`→ 1.3.0 (${alias})`).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await details(page, 'guestbook').focus();
    for (const stage of ['test', 'uat', 'prod']) {
      await page.keyboard.press('ArrowRight');
      await details(page, stage).and(page.locator(':focus')).waitFor();
    }
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'uat' }).waitFor();
    expect(problems).toEqual([]);
  });
});

describe('a verification', () => {
  it('shows what was measured, and what its job printed', async () => {
    await promoted(inBrowser.demo, '1.3.0', 'uat', 'rita');
    const { page, problems } = await visit('victor', `${guestbook}?stage=uat`);
    const stage = page.getByRole('dialog', { name: 'uat' });
    // Victor may only look, and reads so before he tries.
    await stage
      .getByRole('button', { name: 'Verify again' })
      .and(page.locator('[aria-disabled="true"]'))
      .waitFor();
    await stage.getByRole('link', { name: 'Open as a page' }).first().click();
    const metric = page.getByRole('region', { name: 'smoke' }).first();
    await metric
      .getByRole('table', { name: 'Measurements of smoke' })
      .waitFor();
    await metric.getByRole('button', { name: 'Log of smoke' }).click();
    await metric.getByText('guestbook 1.3.0 answers').waitFor();
    expect(await findObstacles(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});

describe('a failure', () => {
  it('is told once, in a sentence that names the step, and can be retried from there', async () => {
    const { demo } = inBrowser;
    demo.world.registry.pushImage({
      repository: demoRepositories.storefront,
      tag: '2.2.13',
      ...describeDemoImage('2.2.13', '2026-05-04T09:00:00Z'),
    });
    await demo.portal
      .kargo()
      .refreshWarehouse({ project: 'storefront', name: 'storefront' });
    const failed = await storefrontHas('a failed promotion', async kargo => {
      const { items } = await kargo.listPromotions({
        project: 'storefront',
        stage: 'test',
      });
      return items.find(({ status }) =>
        ['Failed', 'Errored'].includes(status?.phase ?? ''),
      );
    });
    const { page, problems } = await visit(
      'rita',
      `${storefront}/promotions/${failed.metadata.name}`,
    );
    await page.getByText('Step check failed').waitFor();
    expect(await page.getByText('version 2.2.13 brings bad luck').count()).toBe(
      1,
    );
    await page.getByRole('button', { name: 'Retry from check' }).waitFor();
    expect(await findObstacles(page)).toEqual([]);

    await page.goto('/');
    await page
      .getByRole('link', { name: 'The last promotion to test failed' })
      .click();
    const stage = page.getByRole('dialog', { name: 'test' });
    await stage.getByText(/The last promotion failed: .*bad luck/).waitFor();
    expect(problems).toEqual([]);
  });

  it('of the portal leaves the page as it is, and says so', async () => {
    const { page } = await visit('rita', `${guestbook}/activity`);
    const table = page.getByRole('table', { name: 'Promotions' });
    await table.getByText('Succeeded').first().waitFor();
    await page.route('**/api/kargo/**', route => route.abort());
    await page.getByText('The portal does not answer').waitFor();
    expect(await table.getByText('Succeeded').count()).toBeGreaterThan(0);
    await page.unroute('**/api/kargo/**');
    await page
      .getByText('The portal does not answer')
      .waitFor({ state: 'detached' });
  });
});
