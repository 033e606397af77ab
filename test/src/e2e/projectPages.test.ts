import type { Locator, Page } from 'playwright-core';
import { useDemoInBrowser } from './support/demoInBrowser';
import { eventually } from './support/eventually';
import { findObstacles } from './support/findObstacles';
import { guestbookPath } from './support/guestbook';

jest.setTimeout(300_000);

const suite = useDemoInBrowser();
const { visit } = suite;

const guestbook = '/kargo/projects/guestbook';

/** Chooses in a field that offers a list. */
async function choose(
  page: Page,
  field: Locator,
  option: string,
): Promise<void> {
  await field.click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

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

describe('the settings of a project', () => {
  it('switch automatic promotion of a Stage on and off', async () => {
    const { page, problems } = await visit(
      'rita',
      `${guestbook}/settings/policies`,
    );
    const uat = page.getByRole('checkbox', {
      name: 'Promote automatically to uat',
    });
    for (const isOn of [true, false]) {
      await uat.click();
      await page.waitForFunction(
        wanted =>
          document.querySelector<HTMLInputElement>(
            'input[aria-label="Promote automatically to uat"]',
          )?.checked === wanted,
        isOn,
      );
      await page.reload();
      await uat.waitFor();
      expect(await uat.isChecked()).toBe(isOn);
    }
    expect(problems).toEqual([]);
  });

  it('let a sender of webhooks in, with an address to give it', async () => {
    const { page, problems } = await visit(
      'rita',
      `${guestbook}/settings/webhooks`,
    );
    await page.getByRole('button', { name: 'Add a receiver' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a receiver' });
    await dialog.getByLabel('Name', { exact: true }).fill('code');
    await dialog.getByLabel('Secret').fill('of-the-sender');
    await choose(
      page,
      dialog.getByRole('button', { name: /^Sender/ }),
      'gitlab',
    );
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const row = page
      .getByRole('table', { name: 'Webhooks' })
      .getByRole('row', { name: /^code/ });
    await row.getByText('gitlab').waitFor();
    await page.getByRole('button', { name: 'Delete code' }).click();
    await page
      .getByRole('dialog', { name: 'Delete webhook receiver code?' })
      .getByRole('button', { name: 'Delete' })
      .click();
    await row.waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  it('make a role and a token that acts as it, which works', async () => {
    const { page, problems } = await visit(
      'rita',
      `${guestbook}/settings/roles`,
    );
    await page.getByRole('button', { name: 'Create role' }).click();
    const role = page.getByRole('dialog', { name: 'Create role' });
    await role.getByLabel('Name', { exact: true }).fill('reader');
    await role.getByLabel('Value').fill('readers');
    await role.getByRole('button', { name: 'Save' }).click();
    await role.waitFor({ state: 'detached' });
    await page
      .getByRole('row', { name: /^reader/ })
      .first()
      .waitFor();

    await page.getByRole('button', { name: 'Create API token' }).click();
    const token = page.getByRole('dialog', { name: 'Create API token' });
    await token.getByLabel('Name', { exact: true }).fill('robot');
    await choose(
      page,
      token.getByRole('button', { name: /^Role/ }),
      'kargo-viewer',
    );
    await token.getByRole('button', { name: 'Save' }).click();
    const shown = page.getByRole('dialog', { name: 'API token robot' });
    await shown.waitFor();
    const [text = ''] =
      /[\w-]{20,}(\.[\w-]+)*/.exec(await shown.innerText()) ?? [];
    const client = suite.demo.portal.kargo(text);
    const { metadata } = await client.getProject({ project: 'guestbook' });
    expect(metadata.name).toBe('guestbook');
    await shown.getByRole('button', { name: 'Close' }).click();
    await shown.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(text);
    expect(problems).toEqual([]);
  });

  it('are not for somebody who may only look', async () => {
    const { page, problems } = await visit(
      'victor',
      `${guestbook}/settings/credentials`,
    );
    await page
      .getByText(/release-managers|Ask/)
      .first()
      .waitFor();
    expect(
      await page.getByRole('button', { name: 'Create credentials' }).count(),
    ).toBe(0);
    // The browser itself reports answers of 403.
    expect(problems.filter(problem => !problem.includes('403'))).toEqual([]);
  });
});

describe('the graph', () => {
  it('folds what follows a Stage, and opens so again', async () => {
    const { page, problems } = await visit(
      'alice',
      `${guestbookPath}/kargo?view=graph`,
    );
    const graph = page.getByRole('region', {
      name: 'Pipeline from Warehouses to Stages',
    });
    await graph.getByRole('button', { name: 'What follows test' }).click();
    await graph.getByRole('button', { name: '2 Stages' }).waitFor();
    await graph.getByRole('button', { name: 'What guestbook watches' }).click();
    await page.reload();
    await graph.getByRole('button', { name: '2 Stages' }).waitFor();
    await graph
      .getByRole('button', { name: /guestbook, watched by guestbook$/ })
      .waitFor();
    expect(await graph.locator('.react-flow__node').count()).toBe(4);
    await graph.getByRole('button', { name: '2 Stages' }).click();
    await graph.getByRole('button', { name: 'Details of prod' }).waitFor();
    expect(problems).toEqual([]);
  });
});

describe('somebody with a new service', () => {
  it('sets up its project step by step, and promotes to its first Stage', async () => {
    const { world, portal } = suite.demo;
    const { page, problems } = await visit('alice', '/kargo');
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
      'Git repository that is deployed from': world.starterURL,
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
    const [commit] = await world.git.log('starter', 'main');
    expect(commit.subject).toBe('Promote bookshop 1.2.0 to test');
    expect(
      await world.git.readFile(
        'starter',
        'main',
        'overlays/test/kustomization.yaml',
      ),
    ).toMatch(/newTag: 1\.2\.0\n/);
    expect(problems).toEqual([]);
  });
});

describe('a project in which all is long', () => {
  const project = 'everything-that-the-customers-of-one-region-see-of-us';
  const stage = (number: number) =>
    `production-of-central-region-${number}-frontend-server-canary`;
  let failed: string;
  const why = 'the policy of the cluster denies what is deployed; '.repeat(12);

  beforeAll(async () => {
    const kargo = suite.demo.portal.kargo();
    const image = suite.demo.world.guestbookRepository;
    await kargo.createResources({
      body: `
kind: Project
apiVersion: kargo.akuity.io/v1alpha1
metadata: {name: ${project}}
---
kind: Warehouse
apiVersion: kargo.akuity.io/v1alpha1
metadata: {name: web, namespace: ${project}}
spec:
  freightCreationPolicy: Manual
  subscriptions: [{image: {repoURL: ${image}}}]
---
kind: Warehouse
apiVersion: kargo.akuity.io/v1alpha1
metadata: {name: beside-web, namespace: ${project}}
spec:
  freightCreationPolicy: Manual
  subscriptions: [{image: {repoURL: ${image}}}]
${[1, 2]
  .map(
    number => `---
kind: Stage
apiVersion: kargo.akuity.io/v1alpha1
metadata: {name: ${stage(number)}, namespace: ${project}}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {direct: true}}]
  promotionTemplate:
    spec:
      steps:
      - uses: fail
        as: deploy-to-all-of-the-clusters-of-the-central-region-at-once
        if: \${{ ${number} == 2 }}
        config: {message: ${why}}
`,
  )
  .join('')}---
kind: Freight
apiVersion: kargo.akuity.io/v1alpha1
metadata: {namespace: ${project}}
origin: {kind: Warehouse, name: web}
images:
- repoURL: ${image}
  tag: 1.2.0-release-candidate.20260401.0123456789abcdef-of-a-branch
`,
    });
    const freight = await eventually('Freight', async () => {
      const { groups } = await kargo.queryFreight({ project });
      return groups['']?.items.at(0)?.metadata.name;
    });
    for (const number of [1, 2]) {
      await kargo.promoteToStage({
        project,
        stage: stage(number),
        body: { freight },
      });
    }
    const ended = await eventually('both to end', async () => {
      const { items = [] } = await kargo.listPromotions({ project });
      const all = items.filter(({ status }) => status?.finishedAt);
      return all.length === 2 ? all : undefined;
    });
    failed =
      ended.find(({ status }) => status?.phase === 'Failed')?.metadata.name ??
      '';
  });

  it.each([
    [1440, 860],
    [390, 860],
    // A phone that is held across.
    [844, 390],
  ])('fits into a window of %d by %d pixels', async (width, height) => {
    const { page, goto } = await visit(
      'rita',
      `/kargo/projects/${project}?view=list`,
      { viewport: { width, height } },
    );
    const fits = async (view: string) => {
      const all = await page.evaluate(
        () => document.documentElement.scrollWidth,
      );
      expect([view, all]).toEqual([view, width]);
    };
    const isInside = async (control: Locator) => {
      const box = await control.boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= width).toBe(true);
    };
    await page.getByText('Promotion failed').first().waitFor({
      state: 'attached',
    });
    await fits('list');
    const middleOf = async (name: string) => {
      const box = await page
        .getByRole('button', { name, exact: true })
        .boundingBox();
      return box && Math.round(box.y + box.height / 2);
    };
    const names = [
      'Create',
      'Promote several',
      ...(width === 1440 ? ['List'] : []),
    ];
    const middles = await Promise.all(names.map(middleOf));
    expect(new Set(middles).size).toBe(1);
    if (width > 600) {
      await isInside(
        page
          .getByRole('row')
          .last()
          .getByRole('button', { name: /^Promote/ }),
      );
    }
    await goto(`/kargo/projects/${project}?promote=${stage(2)}`);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Cancel' }).waitFor();
    await fits('promote');
    const submit = dialog.getByRole('button', { name: /^Promote to/ });
    await isInside(submit);
    const box = await submit.boundingBox();
    expect(box && box.y + box.height <= height).toBe(true);
    const cut = await submit.evaluate(
      button => button.scrollWidth > button.clientWidth,
    );
    expect(cut).toBe(false);
    await goto(`/kargo/projects/${project}/promotions/${failed}`);
    await page.getByRole('button', { name: /^Retry from deploy/ }).waitFor();
    await fits('promotion');
    for (const view of ['versions', 'activity', 'settings']) {
      await goto(`/kargo/projects/${project}/${view}`);
      await page.getByRole('heading', { level: 3 }).first().waitFor();
      await fits(view);
    }
  });

  it('leaves the names of other projects their room', async () => {
    const { page } = await visit('rita', '/kargo', {
      viewport: { width: 1280, height: 860 },
    });
    const table = page.getByRole('table');
    await table.getByText(/^to production-of-central-region/).waitFor();
    const name = await table
      .getByRole('rowheader', { name: /^guestbook/ })
      .boundingBox();
    expect(name?.width).toBeGreaterThan(180);
    const excess = await table.evaluate(
      element =>
        element.scrollWidth - (element.parentElement?.clientWidth ?? 0),
    );
    expect(excess).toBeLessThanOrEqual(0);
  });
});
