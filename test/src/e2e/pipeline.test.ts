import type { Locator, Page } from 'playwright-core';
import { demoRepositories, describeDemoImage } from '../world/demoWorld';
import { useDemoInBrowser } from './support/demoInBrowser';
import { eventually } from './support/eventually';
import { findObstacles } from './support/findObstacles';
import { freightOf, guestbookPath, settled } from './support/guestbook';

jest.setTimeout(300_000);

const inBrowser = useDemoInBrowser();
const { visit } = inBrowser;

/** Leaves a mark in the page that only a reload removes. */
async function markPage(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => {
    document.documentElement.dataset.mark = 'kept';
  });
  return () =>
    page.evaluate(() => document.documentElement.dataset.mark === 'kept');
}

/** The card of a Stage in the graph. */
function stageCard(page: Page, name: string): Locator {
  return page.locator(`.react-flow__node[data-id="stage/${name}"]`);
}

/** Publishes a version and asks for it where a person would. */
async function publish(page: Page, tag: string): Promise<void> {
  inBrowser.demo.world.registry.pushImage({
    repository: demoRepositories.guestbook,
    tag,
    ...describeDemoImage(tag, '2026-05-04T09:00:00Z'),
  });
  await page.goto(`${guestbookPath}/kargo?warehouse=guestbook`);
  await page.getByRole('button', { name: 'Check now' }).click();
}

describe('somebody who owns the component', () => {
  it('sees on the overview what runs where', async () => {
    const { page, problems } = await visit(undefined, '/');
    await page.getByRole('button', { name: 'Enter as Alice Archer' }).click();
    await page.goto(guestbookPath);
    const table = page.getByRole('table', { name: 'What runs in each Stage' });
    await table.getByRole('link', { name: 'prod' }).waitFor();
    const rows = await table.getByRole('row').allInnerTexts();
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(/^test\s+(Image\s+)?1\.2\.0\s.*Ready.*Up to date/s);
    expect(rows[2]).toMatch(/^uat\s+Empty/);
    expect(rows[3]).toMatch(/^prod\s+Empty/);

    const cards = await page.getByRole('heading', { level: 3 }).allInnerTexts();
    expect(cards.indexOf('Deliveries')).toBeLessThan(
      cards.indexOf('Depends on components'),
    );
    await page.getByRole('link', { name: 'Open pipeline' }).click();
    await page.getByRole('list', { name: 'Freight, newest first' }).waitFor();
    expect(problems).toEqual([]);
  });

  it('sees Freight and the graph, from the Warehouse to the last Stage', async () => {
    const { page, problems } = await visit('alice', guestbookPath);
    await page.getByRole('link', { name: 'Pipeline', exact: true }).click();
    const freight = page.getByRole('list', { name: 'Freight, newest first' });
    await freight.waitFor();
    expect(await freight.innerText()).toContain('1.2.0');
    expect(await freight.innerText()).toContain('Runs in test');

    const graph = page.getByRole('region', {
      name: 'Pipeline from Warehouses to Stages',
    });
    const columns = await Promise.all(
      ['guestbook', 'test', 'uat', 'prod'].map(async name => {
        const button = graph.getByRole('button', {
          name: `Details of ${name}`,
        });
        return (await button.boundingBox())!.x;
      }),
    );
    expect([...columns].sort((a, b) => a - b)).toEqual(columns);
    expect(await graph.locator('.react-flow__edge').count()).toBe(3);
    expect(problems).toEqual([]);
  });

  it('sees what would change, promotes, and follows it without a reload', async () => {
    const { page, problems } = await visit('alice', `${guestbookPath}/kargo`);
    const isKept = await markPage(page);
    const { alias } = await freightOf(inBrowser.demo.portal, '1.2.0');
    await page.getByRole('button', { name: 'Promote to uat' }).click();
    const dialog = page.getByRole('dialog', { name: 'Promote to uat' });
    await dialog.getByText(`nothing → 1.2.0 (${alias})`).waitFor();
    const plan = await dialog.innerText();
    expect(plan).toContain('What changes');
    expect(plan).toMatch(/nothing\s+1\.2\.0/);
    expect(plan).toContain('git-push');
    const asked = await inBrowser.demo.portal
      .kargo()
      .listPromotions({ project: 'guestbook', stage: 'uat' });
    expect(asked.items).toEqual([]);

    await dialog.getByRole('button', { name: 'Promote to uat' }).click();
    const drawer = page.getByRole('dialog', {
      name: `1.2.0 (${alias}) to uat`,
    });
    await drawer.getByText('Succeeded').waitFor();
    await drawer.getByRole('link', { name: 'alice' }).waitFor();
    await drawer.getByRole('button', { name: 'Close' }).click();
    const card = stageCard(page, 'uat');
    await card.getByText('1.2.0').waitFor();
    await card.getByText('Ready', { exact: true }).waitFor();
    expect(await isKept()).toBe(true);
    const commits = await inBrowser.demo.world.git.log('gitops', 'main');
    expect(commits.map(commit => commit.subject)).toContain(
      'Promote guestbook 1.2.0 to uat',
    );
    expect(problems).toEqual([]);
  });

  it('reads what a promotion did, step by step, on a page of its own', async () => {
    const { page, problems } = await visit(
      'alice',
      `${guestbookPath}/kargo?stage=uat`,
    );
    const isKept = await markPage(page);
    const { alias } = await freightOf(inBrowser.demo.portal, '1.2.0');
    await page.getByRole('button', { name: `1.2.0 (${alias})` }).click();
    await page.getByRole('link', { name: 'Open as a page' }).click();
    await page
      .getByRole('heading', { name: `1.2.0 (${alias}) to uat` })
      .waitFor();
    expect(page.url()).toMatch(/\/kargo\/projects\/guestbook\/promotions\/uat/);
    expect(await isKept()).toBe(true);
    const steps = page.getByRole('button', { expanded: false });
    const texts = await steps.allInnerTexts();
    expect(texts.map(text => text.split('\n')[1])).toEqual([
      'git-clone',
      'set-image',
      'commit',
      'git-push',
    ]);
    expect(texts.every(text => text.includes('Done'))).toBe(true);
    await steps.filter({ hasText: 'set-image' }).click();
    await page.getByText(/^commitMessage:/m).waitFor();
    expect(problems).toEqual([]);
  });

  it('promotes with the keyboard alone', async () => {
    const { page, problems } = await visit('alice', '/');
    await publish(page, '1.3.0');
    const { alias } = await settled(inBrowser.demo.portal, '1.3.0', 'test');
    await page.goto(`${guestbookPath}/kargo`);
    await stageCard(page, 'test').getByText('1.3.0').waitFor();

    await tabTo(page, 'Promote to uat');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Promote to uat' });
    await dialog.getByText(`→ 1.3.0 (${alias})`).waitFor();
    await tabTo(page, 'Promote to uat');
    expect(
      await dialog.evaluate(node => node.contains(document.activeElement)),
    ).toBe(true);
    await page.keyboard.press('Enter');
    await page
      .getByRole('dialog', { name: `1.3.0 (${alias}) to uat` })
      .getByText('Succeeded')
      .waitFor();
    await page.keyboard.press('Escape');
    await stageCard(page, 'uat').getByText('1.3.0').waitFor();
    expect(problems).toEqual([]);
  });
});

/** Presses Tab until a control has the focus. */
async function tabTo(page: Page, label: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const { activeElement } = document;
      return (
        activeElement?.getAttribute('aria-label') ?? activeElement?.textContent
      );
    });
    if (focused === label) return;
  }
  throw new Error(`the keyboard does not reach '${label}'`);
}

describe('a release manager', () => {
  it('approves Freight for prod past its checks', async () => {
    const { page, problems } = await visit('rita', '/');
    await publish(page, '1.4.0');
    const { alias, metadata } = await freightOf(inBrowser.demo.portal, '1.4.0');
    await page.goto(`${guestbookPath}/kargo`);
    await page.getByRole('button', { name: alias, exact: true }).click();
    const drawer = page.getByRole('dialog', { name: alias });
    await drawer.getByText('Not yet verified in uat').waitFor();
    await drawer
      .getByRole('button', { name: `Approve ${alias} for prod` })
      .click();
    await page
      .getByRole('dialog', { name: `Approve ${alias} for prod?` })
      .getByRole('button', { name: 'Approve' })
      .click();
    await drawer.getByText('Approved for this Stage').waitFor();
    await drawer
      .getByRole('button', { name: `Promote ${alias} to prod` })
      .waitFor();
    const approved = await inBrowser.demo.portal
      .kargo()
      .getFreight({ project: 'guestbook', freight: metadata.name });
    expect(Object.keys(approved.status?.approvedFor ?? {})).toEqual(['prod']);
    expect(problems).toEqual([]);
  });
});

describe('somebody who may only look', () => {
  it('reads why every button refuses, and the API refuses too', async () => {
    const { page, problems } = await visit('victor', `${guestbookPath}/kargo`);
    const buttons = page.getByRole('button', { name: /^Promote to / });
    await buttons.first().waitFor();
    await eventually('the verdict', async () =>
      (await buttons.and(page.locator('[aria-disabled="true"]')).count()) === 3
        ? true
        : undefined,
    );
    await page.getByRole('button', { name: 'Promote to uat' }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    const reason = page.getByRole('tooltip');
    await reason.waitFor();
    expect(await reason.innerText()).toMatch(
      /You may not promote to 'uat'. Ask .*guestbook-team/,
    );
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').count()).toBe(0);

    const victor = inBrowser.demo.portal.kargo(
      await inBrowser.demo.portal.tokenOf('victor'),
    );
    const { metadata } = await freightOf(inBrowser.demo.portal, '1.2.0');
    await expect(
      victor.promoteToStage({
        project: 'guestbook',
        stage: 'uat',
        body: { freight: metadata.name },
      }),
    ).rejects.toMatchObject({ status: 403 });
    expect(problems).toEqual([]);
  });
});

describe('the projects page', () => {
  it('lists projects, her own first, finds one and opens its pipeline', async () => {
    const { page, problems } = await visit('alice', '/kargo');
    const table = page.getByRole('table');
    await table.getByRole('link', { name: 'storefront' }).waitFor();
    // Her own first. What else is in the rows comes when it has been asked for.
    expect(await table.locator('th[scope="row"] a').allInnerTexts()).toEqual([
      'guestbook',
      'storefront',
      'cache',
    ]);
    // By its address: an owner's name gives way to the title once that is loaded.
    await table
      .getByRole('row', { name: 'cache' })
      .locator('a[href="/catalog/default/group/release-managers"]')
      .waitFor();
    await page.getByRole('searchbox', { name: 'Find a project' }).fill('store');
    await table
      .getByRole('link', { name: 'cache' })
      .waitFor({ state: 'detached' });
    await table.getByRole('link', { name: 'storefront' }).click();
    await page.getByRole('heading', { name: 'storefront' }).waitFor();
    await stageCard(page, 'prod').waitFor();
    expect(problems).toEqual([]);
  });
});

describe('a pipeline that cannot be shown', () => {
  it('tells how to fill an empty project, and that it is gone when it is deleted', async () => {
    const {
      results: [result],
    } = await inBrowser.demo.portal.kargo().createResources({
      body: 'apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata:\n  name: empty\n',
    });
    expect(result.error).toBeUndefined();
    const { page, problems } = await visit('alice', '/kargo/projects/empty');
    await page
      .getByRole('heading', { name: 'The pipeline is empty' })
      .waitFor();
    await page.getByText('kind: Warehouse').waitFor();
    expect(problems).toEqual([]);
    await inBrowser.demo.portal.kargo().deleteProject({ project: 'empty' });
    await page
      .getByRole('heading', { name: 'Project empty is gone' })
      .waitFor();
  });

  it('says that a project does not exist', async () => {
    const { page, problems } = await visit('alice', '/kargo/projects/nowhere');
    await page
      .getByRole('heading', { name: 'Project nowhere does not exist' })
      .waitFor();
    // The browser itself reports answers of 404.
    expect(problems.filter(problem => !problem.includes('404'))).toEqual([]);
  });

  it('says what failed and tries again when asked', async () => {
    const { page, goto } = await visit('alice', '/settings');
    await page.route('**/api/kargo/**', route =>
      route.fulfill({
        status: 500,
        json: { error: { name: 'Error', message: 'the store is away' } },
      }),
    );
    await goto('/kargo/projects/guestbook');
    await page.getByText('the store is away').waitFor();
    await page.unroute('**/api/kargo/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await stageCard(page, 'prod').waitFor();
    expect(await page.getByText('the store is away').count()).toBe(0);
  });

  it('has no place on entities without the annotation', async () => {
    const { page, problems } = await visit(
      'alice',
      '/catalog/default/system/guestbook-system',
    );
    await page.getByRole('heading', { name: 'About' }).waitFor();
    await page.getByRole('link', { name: 'Overview' }).waitFor();
    expect(await page.getByRole('link', { name: 'Pipeline' }).count()).toBe(0);
    const cards = await page.getByRole('heading', { level: 3 }).allInnerTexts();
    expect(cards).not.toContain('Deliveries');
    expect(problems).toEqual([]);
  });
});

/** Every page and dialog of the plugin, each with what shows that it has loaded. */
const views: Array<[string, string, (page: Page) => Locator]> = [
  ['pipeline', '?view=graph', page => stageCard(page, 'prod')],
  ['list', '?view=list', page => page.getByRole('table')],
  ['promote dialog', '?promote=uat', page => page.getByText('What changes')],
  [
    'Stage',
    '?stage=uat',
    page => page.getByRole('link', { name: /alice/i }).first(),
  ],
  [
    'Warehouse',
    '?warehouse=guestbook',
    page => page.getByText('Freight it found'),
  ],
];

describe('assistive technology', () => {
  it('meets no serious obstacle, in the light and in the dark', async () => {
    const { page, goto } = await visit('alice', '/');
    const promotion = (
      await inBrowser.demo.portal
        .kargo()
        .listPromotions({ project: 'guestbook', stage: 'uat' })
    ).items[0].metadata.name;
    const places: typeof views = [
      ...views.map(([name, query, ready]): (typeof views)[number] => [
        name,
        `${guestbookPath}/kargo${query}`,
        ready,
      ]),
      [
        'compact list',
        `${guestbookPath}/kargo?view=list&rows=compact`,
        p => p.getByRole('checkbox', { name: 'Compact rows', checked: true }),
      ],
      ['overview', guestbookPath, p => p.getByRole('link', { name: 'prod' })],
      [
        'policies',
        '/kargo/projects/guestbook/settings/policies',
        p => p.getByRole('heading', { name: 'Automatic promotion' }),
      ],
      [
        'roles',
        '/kargo/projects/guestbook/settings/roles',
        p => p.getByRole('table').first(),
      ],
      [
        'settings of all projects',
        '/kargo/settings',
        p => p.getByRole('navigation', { name: 'Settings' }),
      ],
      [
        'activity',
        '/kargo/projects/guestbook/activity',
        p => p.getByRole('table', { name: 'Promotions' }),
      ],
      [
        'versions',
        '/kargo/projects/guestbook/versions',
        p => p.getByText('Runs here'),
      ],
      [
        'system',
        '/catalog/default/system/guestbook-system/kargo-system',
        p => p.getByRole('link', { name: 'prod' }),
      ],
      [
        'no project',
        '/kargo/projects/nowhere',
        p => p.getByText('Project nowhere does not exist'),
      ],
      ['projects', '/kargo', p => p.getByRole('link', { name: 'storefront' })],
      [
        'project',
        '/kargo/projects/storefront',
        p => stageCard(p, 'prod').getByText('Empty'),
      ],
      [
        'promotion',
        `/kargo/projects/guestbook/promotions/${promotion}`,
        p => p.getByRole('button', { name: /git-push/ }),
      ],
    ];
    const found: Record<string, string[]> = {};
    for (const [name, path, ready] of places) {
      await page.emulateMedia({ colorScheme: 'light' });
      await goto(path);
      await ready(page).first().waitFor();
      found[`${name}, light`] = await findObstacles(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.locator('body[data-theme-mode="dark"]').waitFor();
      // Each theme mounts the page anew.
      await ready(page).first().waitFor();
      found[`${name}, dark`] = await findObstacles(page);
    }
    expect(
      Object.entries(found).filter(([, obstacles]) => obstacles.length > 0),
    ).toEqual([]);
  });
});

describe('on a narrow screen', () => {
  it('overflows nowhere', async () => {
    const { page, goto } = await visit('alice', '/', {
      viewport: { width: 420, height: 860 },
    });
    for (const [, query, ready] of [
      ...views,
      [
        'projects',
        '',
        (p: Page) => p.getByText('Freight, newest first'),
      ] as const,
    ]) {
      await goto(`${guestbookPath}/kargo${query}`);
      await ready(page).first().waitFor();
      const { width, tables } = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        tables: [...document.querySelectorAll('table')].map(
          table => table.scrollWidth - (table.parentElement?.clientWidth ?? 0),
        ),
      }));
      expect([query, width]).toEqual([query, 420]);
      expect(tables.every(excess => excess <= 0)).toBe(true);
    }
  });
});
