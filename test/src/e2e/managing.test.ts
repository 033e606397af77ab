import type { Locator, Page } from 'playwright-core';
import { useDemoInBrowser } from './support/demoInBrowser';
import { eventually } from './support/eventually';
import { findObstacles } from './support/findObstacles';
import { promoted, published, settled } from './support/guestbook';
import {
  startPullRequestHost,
  waitingPipeline,
} from './support/pullRequestHost';

jest.setTimeout(300_000);

const inBrowser = useDemoInBrowser();
const { visit } = inBrowser;

const guestbook = '/kargo/projects/guestbook';

/** Opens the editor of the manifest of uat, from the details of the Stage. */
async function openEditor(page: Page): Promise<Locator> {
  await page
    .getByRole('dialog', { name: 'uat' })
    .getByRole('button', { name: 'Edit' })
    .click();
  return page.getByRole('dialog', { name: 'Edit Stage uat' });
}

/** Writes another color into the manifest, as a person would. */
async function writeColor(editor: Locator, old: string, color: string) {
  const { keyboard } = editor.page();
  await editor.locator('.cm-line', { hasText: `color: ${old}` }).click();
  await keyboard.press('End');
  for (const _ of old) await keyboard.press('Backspace');
  await keyboard.type(color);
}

async function colorOf(stage: string): Promise<string | undefined> {
  const { metadata } = await inBrowser.demo.portal
    .kargo()
    .getStage({ project: 'guestbook', stage });
  return metadata.annotations?.['kargo.akuity.io/color'];
}

/** Waits until a button refuses, and gives it. */
async function refusing(within: Locator, name: string): Promise<Locator> {
  const button = within.getByRole('button', { name, exact: true });
  await button.and(within.page().locator('[aria-disabled="true"]')).waitFor();
  return button;
}

/** What stands in the cells of a row, on one line each. */
async function cellsOf(row: Locator): Promise<string[]> {
  const texts = await row.locator('th, td').allInnerTexts();
  return texts.map(text => text.replaceAll(/\s+/g, ' ').trim());
}

describe('the manifest of a Stage', () => {
  it('is edited with errors where they stand and a look at what changes, and saved', async () => {
    const { page, problems } = await visit('rita', `${guestbook}?stage=uat`);
    const dialog = await openEditor(page);
    const field = dialog.locator('.cm-line', { hasText: 'requestedFreight' });
    await field.click();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.type('s');
    // The server takes unknown fields, and says so.
    await field.locator('.cm-lintRange-warning').waitFor();
    expect(await field.innerText()).toBe('  requestedFreights:');
    await dialog.getByRole('status').getByText('requestedFreight').waitFor();
    await page.keyboard.press('Backspace');

    const kind = dialog.locator('.cm-line', { hasText: /^kind: Stage/ });
    await kind.click();
    await page.keyboard.press('End');
    await page.keyboard.type('s');
    await kind.locator('.cm-lintRange-error').waitFor();
    await dialog.getByRole('status').getByText('expected one of').waitFor();
    await refusing(dialog, 'Save');
    await page.keyboard.press('Backspace');

    await writeColor(dialog, 'amber', 'blue');
    await dialog.getByText('Show what changes').click();
    await dialog
      .locator('.cm-deletedChunk', { hasText: 'color: amber' })
      .waitFor();
    await dialog.locator('.cm-changedLine', { hasText: 'blue' }).waitFor();
    expect(await dialog.locator('.cm-changedLine').count()).toBe(1);
    expect(await colorOf('uat')).toBe('amber');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await colorOf('uat')).toBe('blue');
    expect(problems).toEqual([]);
  });

  it('overwrites nothing that somebody else saved meanwhile, and loses nothing that was written', async () => {
    const { page } = await visit('rita', `${guestbook}?stage=uat`);
    const dialog = await openEditor(page);
    await writeColor(dialog, 'blue', 'teal');
    const kargo = inBrowser.demo.portal.kargo();
    const stored = await kargo.getStage({ project: 'guestbook', stage: 'uat' });
    const annotations = { 'kargo.akuity.io/color': 'amber' };
    const metadata = { ...stored.metadata, annotations };
    await kargo.updateResources({
      body: JSON.stringify({ ...stored, metadata }),
    });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.locator('.cm-line', { hasText: 'color: teal' }).waitFor();
    expect(await colorOf('uat')).toBe('amber');
  });
});

it('what is written stays when Back leads to another page, and when the theme changes', async () => {
  const { page, problems } = await visit('rita', '/catalog');
  await page.getByRole('link', { name: 'Kargo' }).click();
  await page.getByRole('button', { name: 'Create project' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create Project' });
  await dialog.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('# what I wrote');
  const written = dialog.locator('.cm-line', { hasText: '# what I wrote' });
  await page.goBack();
  await page.waitForURL('**/catalog');
  await written.waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('[data-theme-mode="dark"]').waitFor();
  await written.waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(problems).toEqual([]);
});

describe('a Warehouse', () => {
  it('is written as a form, looked at in its registry, checked, and made', async () => {
    const { world, portal } = inBrowser.demo;
    const { page, problems } = await visit('rita', guestbook);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Warehouse' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create Warehouse' });
    await dialog.getByText('Fill in a form').click();
    const inMetadata = dialog.getByRole('group', { name: 'metadata' });
    await inMetadata
      .getByRole('textbox', { name: 'name', exact: true })
      .fill('by-form');
    await dialog
      .getByRole('textbox', { name: 'repoURL' })
      .fill(world.guestbookRepository);
    await dialog.getByRole('textbox', { name: 'constraint' }).fill('~1.1.0');
    await dialog.getByRole('button', { name: 'Look now' }).click();
    await dialog.getByText('It would make Freight of:').waitFor();
    await dialog.getByText('1.1.0', { exact: true }).first().waitFor();
    expect(await findObstacles(page)).toEqual([]);
    await dialog.getByRole('textbox', { name: 'constraint' }).fill('~9.9.9');
    await dialog.getByRole('button', { name: 'Look now' }).click();
    await dialog.getByText('It would make no Freight now.').waitFor();
    // It stays so: Freight of its own would be among that of the tests that follow.
    await dialog.getByRole('button', { name: 'Check' }).click();
    await dialog.getByText('The portal would take it as it is.').waitFor();
    const kargo = portal.kargo();
    const names = async () => {
      const { items } = await kargo.listWarehouses({ project: 'guestbook' });
      return (items ?? []).map(({ metadata }) => metadata.name);
    };
    expect(await names()).not.toContain('by-form');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await names()).toContain('by-form');
    await kargo.deleteWarehouse({ project: 'guestbook', name: 'by-form' });
    expect(problems).toEqual([]);
  });

  it('is suggested its fields in the editor', async () => {
    const { page } = await visit('rita', guestbook);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Warehouse' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create Warehouse' });
    await dialog.locator('.cm-line', { hasText: 'interval' }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('freightCreationP');
    await page
      .locator('.cm-tooltip-autocomplete')
      .getByText('freightCreationPolicy')
      .click();
    const line = dialog.locator('.cm-line', { hasText: 'freightCreation' });
    await line.getByText('freightCreationPolicy').waitFor();
    expect(await line.innerText()).toBe('  freightCreationPolicy: ');
  });
});

describe('Freight made by hand', () => {
  it('runs like any other, is made once, and goes when no Stage needs it', async () => {
    const { demo } = inBrowser;
    const { page, problems } = await visit(
      'rita',
      `${guestbook}?warehouse=guestbook`,
    );
    await page.getByRole('button', { name: 'Assemble Freight' }).click();
    const assembly = page.getByRole('dialog', {
      name: 'Assemble Freight of guestbook',
    });
    await assembly.getByRole('radio', { name: '1.1.0' }).check();
    await assembly.getByLabel('Name').fill('made-by-hand');
    await assembly.getByRole('button', { name: 'Make Freight' }).click();
    const drawer = page.getByRole('dialog', { name: 'made-by-hand' });
    await drawer.getByText('1.1.0').first().waitFor();
    const made = await settled(demo.portal, '1.1.0', 'test');
    expect(made.alias).toBe('made-by-hand');
    await refusing(drawer, 'Delete');

    await drawer.getByRole('button', { name: 'Clone' }).click();
    const clone = page.getByRole('dialog', { name: 'Clone made-by-hand' });
    await clone
      .getByText('made-by-hand holds exactly these versions already.')
      .waitFor();
    await refusing(clone, 'Make Freight');
    await clone.getByRole('button', { name: 'Cancel' }).click();

    await published(demo, '1.3.0');
    await drawer
      .getByRole('button', { name: 'Delete' })
      .and(page.locator('[aria-disabled="false"]'))
      .click();
    const question = page.getByRole('dialog', {
      name: `Delete Freight ${made.metadata.name}?`,
    });
    await question.getByRole('button', { name: 'Delete' }).click();
    // What stands behind a dialog is nowhere for those who ask by roles.
    await question.waitFor({ state: 'detached' });
    await page
      .getByRole('list', { name: 'Freight, newest first' })
      .getByText('1.3.0')
      .waitFor();
    await page.getByText('made-by-hand').waitFor({ state: 'detached' });
    await expect(
      demo.portal.kargo().getFreight({
        project: 'guestbook',
        freight: made.metadata.name,
      }),
    ).rejects.toMatchObject({ status: 404 });
    expect(problems).toEqual([]);
  });
});

describe('several promotions', () => {
  it('start from one review, each with what its Stage would get', async () => {
    const { demo } = inBrowser;
    await promoted(demo, '1.2.0', 'uat', 'rita');
    const { page, problems } = await visit('rita', `${guestbook}?view=list`);
    await page.getByRole('button', { name: 'Promote several' }).click();
    const review = page.getByRole('dialog', { name: 'Promote what is newer' });
    for (const name of [
      /^uat: 1\.2\.0 .*→ 1\.3\.0/,
      /^prod: nothing → 1\.2\.0/,
    ]) {
      const box = review.getByRole('checkbox', { name });
      await box.waitFor();
      expect(await box.isChecked()).toBe(true);
    }
    await review.getByRole('button', { name: 'Start 2 promotions' }).click();
    const started = review.getByText('Started: open the promotion');
    await started.nth(1).waitFor();
    await started.first().click();
    await page
      .getByRole('dialog', { name: /^1\.3\.0 .*to uat$/ })
      .getByText('Succeeded')
      .waitFor();
    await settled(demo.portal, '1.3.0', 'uat');
    await settled(demo.portal, '1.2.0', 'prod');
    expect(problems).toEqual([]);
  });

  it('stand with who started them among what happened', async () => {
    const { page, problems } = await visit('victor', `${guestbook}/activity`);
    const table = page.getByRole('table', { name: 'Promotions' });
    await table.getByText('Succeeded').nth(5).waitFor();
    const rows = await Promise.all(
      (await table.locator('tbody tr').all()).map(cellsOf),
    );
    expect(
      rows
        .map(([freight, stage, , who]) => [
          // Without the alias, which is drawn.
          freight.split(' ')[0],
          stage,
          // Her name gives way to the title once that is loaded.
          who.replace(/^rita.*/i, 'rita'),
        ])
        .map(row => row.join(', '))
        .sort(),
    ).toEqual([
      '1.1.0, test, Automatic promotion',
      '1.2.0, prod, rita',
      '1.2.0, test, Automatic promotion',
      '1.2.0, uat, rita',
      '1.3.0, test, Automatic promotion',
      '1.3.0, uat, rita',
    ]);
    await page
      .getByRole('listitem')
      .filter({ hasText: "Promotion to Stage 'prod' created" })
      .waitFor();

    await page.getByRole('button', { name: 'Person: Everybody' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: /^rita/i }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Person: rita/i }).waitFor();
    await table
      .getByText('Automatic promotion')
      .first()
      .waitFor({ state: 'detached' });
    // The table goes while more of them are looked through.
    await table.locator('tbody tr').nth(2).waitFor();
    expect(await table.locator('tbody tr').count()).toBe(3);
    expect(new URL(page.url()).searchParams.get('actor')).toMatch(/rita$/);
    expect(problems).toEqual([]);
  });

  it('show in the table of versions, with what ran before', async () => {
    const { page, problems } = await visit('victor', `${guestbook}/versions`);
    const table = page.getByRole('table', { name: /^Versions of .*guestbook/ });
    const rows = table.getByRole('row');
    await table.getByText('Runs here').first().waitFor();
    expect(await Promise.all((await rows.all()).map(cellsOf))).toEqual([
      ['Version', 'test', 'uat', 'prod'],
      ['1.3.0', 'Runs here', 'Runs here', ''],
      ['1.2.0', '2 versions ago', '1 version ago', 'Runs here'],
      // Its Freight is gone, what ran is not.
      ['1.1.0', '1 version ago', '', ''],
    ]);
    expect(problems).toEqual([]);
  });

  it('show on the page of the system, beside those of other components', async () => {
    const { page, problems } = await visit(
      'victor',
      '/catalog/default/system/guestbook-system/kargo-system',
    );
    const table = page.getByRole('table', {
      name: 'What runs of each component in each environment',
    });
    await table.getByRole('row', { name: /^guestbook/ }).waitFor();
    expect(await cellsOf(table.getByRole('row').first())).toEqual([
      'Component',
      'test',
      'uat',
      'prod',
    ]);
    const [, ...cells] = await cellsOf(
      table.getByRole('row', { name: /^guestbook/ }),
    );
    expect(cells.map(cell => /\d+\.\d+\.\d+/.exec(cell)?.[0])).toEqual([
      '1.3.0',
      '1.3.0',
      '1.2.0',
    ]);
    // On a phone, too, a name stands on one line.
    await page.setViewportSize({ width: 420, height: 860 });
    const name = table.getByRole('link', { name: 'guestbook', exact: true });
    expect((await name.boundingBox())!.height).toBeLessThan(30);
    expect(problems).toEqual([]);
  });

  it.each([
    ['the group', 'group/guestbook-team', ['test', 'uat', 'prod']],
    ['an environment', 'resource/production', ['prod']],
  ])('show on the page of %s', async (_, entity, environments) => {
    const { page, problems } = await visit(
      'victor',
      `/catalog/default/${entity}/kargo-system`,
    );
    const table = page.getByRole('table', {
      name: 'What runs of each component in each environment',
    });
    await table.getByRole('row', { name: /^guestbook/ }).waitFor();
    expect(await cellsOf(table.getByRole('row').first())).toEqual([
      'Component',
      ...environments,
    ]);
    expect(await findObstacles(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('are found by their version from the page of all projects', async () => {
    const { page, problems } = await visit('victor', '/kargo?find=1.2.0');
    await page.getByRole('link', { name: /^1\.2\.0 \(/ }).click();
    await page.getByRole('dialog').getByText('Contents').waitFor();
    expect(page.url()).toContain('/kargo/projects/guestbook?freight=');
    expect(problems).toEqual([]);
  });
});

describe('a Stage that waits for a pull request', () => {
  it('leads there from its node and its row, and says for whom, until it is merged', async () => {
    const { portal, world } = inBrowser.demo;
    const kargo = portal.kargo();
    const host = await startPullRequestHost();
    try {
      const project = 'waits';
      await kargo.createResources({
        body: waitingPipeline({
          project,
          image: world.guestbookRepository,
          host,
        }),
      });
      const freight = await eventually('its Freight', async () => {
        const { groups } = await kargo.queryFreight({ project });
        return groups['']?.items.at(0)?.metadata.name;
      });
      await kargo.promoteToStage({ project, stage: 'test', body: { freight } });
      const { page, problems } = await visit(
        'rita',
        `/kargo/projects/${project}?view=graph`,
      );
      const link = page.getByRole('link', { name: 'PR #7 open' });
      await link.waitFor();
      expect(await link.getAttribute('href')).toBe(host.pullURL);
      await page.getByText(/^Waits: pull request 7 is open; .*bob/).waitFor();
      // Nothing lies above it that would take the click.
      await link.click({ trial: true });
      expect(await findObstacles(page)).toEqual([]);
      await page.getByRole('button', { name: 'List', exact: true }).click();
      await page.getByRole('row', { name: /^test/ }).waitFor();
      expect(await link.getAttribute('href')).toBe(host.pullURL);

      host.merge();
      const stage = await kargo.getStage({ project, stage: 'test' });
      await kargo.refreshPromotion({
        project,
        name: stage.status!.currentPromotion!.name,
      });
      await link.waitFor({ state: 'detached' });
      expect(problems).toEqual([]);
    } finally {
      await host.close();
    }
  });
});

describe('a promotion step', () => {
  it('is configured by a form of its own options, which takes expressions, and by YAML', async () => {
    const { page, problems } = await visit('rita', guestbook);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('menuitem', { name: 'PromotionTask' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create PromotionTask' });
    await dialog.getByText('Fill in a form').click();
    await dialog
      .getByRole('group', { name: 'metadata' })
      .getByRole('textbox', { name: 'name', exact: true })
      .fill('push');
    await dialog
      .getByRole('button', { name: 'Add to spec.steps', exact: true })
      .click();
    const step = dialog.getByRole('group', { name: /^steps \d+$/ }).last();
    await step.getByRole('combobox', { name: 'uses' }).fill('git-push');
    const config = step.getByRole('group', { name: 'config' });
    await config.getByRole('textbox', { name: 'path' }).fill('./src');
    await config.getByLabel('Add a field').click();
    await page.getByRole('option', { name: 'maxAttempts' }).click();
    await config
      .getByRole('textbox', { name: 'maxAttempts' })
      .fill('${{ vars.attempts }}');
    expect(await findObstacles(page)).toEqual([]);
    await config.getByText('As YAML').click();
    expect(
      await config.getByRole('textbox', { name: 'config' }).inputValue(),
    ).toBe('path: ./src\nmaxAttempts: ${{ vars.attempts }}');
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const { spec } = await inBrowser.demo.portal
      .kargo()
      .getPromotionTask({ project: 'guestbook', name: 'push' });
    expect(spec.steps.at(-1)).toEqual({
      uses: 'git-push',
      config: { path: './src', maxAttempts: '${{ vars.attempts }}' },
    });
    expect(problems).toEqual([]);
  });
});
