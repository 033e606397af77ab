import type { Page } from 'playwright-core';
import { guestbookPath } from '../e2e/support/guestbook';

/** A view of the interface to look at. */
export interface ReviewView {
  readonly name: string;
  readonly path: string;
  /** Brings the page into the state to look at; a text to wait for is enough for most. */
  readonly until: string | ((page: Page) => Promise<unknown>);
}

const guestbook = '/kargo/projects/guestbook';
const many = '/kargo/projects/many';

const press = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).first().click();

/** Every view and the dialogs in which most is said, with little, much and nothing in them. */
export const REVIEW_VIEWS: readonly ReviewView[] = [
  { name: 'home', path: '/', until: 'Waiting for you' },
  { name: 'overview', path: guestbookPath, until: 'Open pipeline' },
  { name: 'tab', path: `${guestbookPath}/kargo`, until: 'Live' },
  {
    name: 'system',
    path: '/catalog/default/system/guestbook-system/kargo-system',
    until: 'Component',
  },
  {
    name: 'group',
    path: '/catalog/default/group/guestbook-team/kargo-system',
    until: 'Component',
  },
  {
    name: 'environment',
    path: '/catalog/default/resource/production/kargo-system',
    until: 'Component',
  },
  { name: 'projects', path: '/kargo', until: 'guestbook' },
  { name: 'graph', path: `${guestbook}?view=graph`, until: 'Live' },
  { name: 'list', path: `${guestbook}?view=list`, until: 'Live' },
  {
    name: 'graph-sources',
    path: '/kargo/projects/storefront?view=graph&sources=storefront',
    until: 'Live',
  },
  {
    name: 'stage',
    path: `${guestbook}?stage=uat`,
    until: 'Takes Freight from',
  },
  {
    name: 'failed-stage',
    path: '/kargo/projects/storefront?stage=test',
    until: 'Takes Freight from',
  },
  {
    name: 'warehouse',
    path: `${guestbook}?warehouse=guestbook`,
    until: 'Watches',
  },
  {
    name: 'freight',
    path: guestbook,
    until: async page => {
      await page
        .getByRole('list', { name: /Freight/ })
        .first()
        .waitFor();
      await page
        .getByRole('list', { name: /Freight/ })
        .getByRole('button')
        .first()
        .click();
      await page.getByText('Contents').waitFor();
    },
  },
  { name: 'promote', path: `${guestbook}?promote=uat`, until: 'What changes' },
  {
    name: 'roll-back',
    path: `${guestbook}?promote=test`,
    until: /Older/.source,
  },
  { name: 'review', path: `${guestbook}?review=newer`, until: /Start/.source },
  { name: 'activity', path: `${guestbook}/activity`, until: 'What happened' },
  { name: 'versions', path: `${guestbook}/versions`, until: 'Runs here' },
  {
    name: 'promotion',
    path: `${guestbook}/activity`,
    until: async page => {
      await page
        .getByRole('table', { name: 'Promotions' })
        .getByRole('link')
        .first()
        .click();
      await page.getByText('Contents').waitFor();
    },
  },
  {
    name: 'failed-promotion',
    path: '/kargo/projects/storefront/activity',
    until: async page => {
      await page
        .getByRole('row', { name: /Failed/ })
        .first()
        .getByRole('link')
        .first()
        .click();
      await page.getByText('Contents').waitFor();
    },
  },
  ...[
    'policies',
    'webhooks',
    'roles',
    'credentials',
    'config-maps',
    'general',
  ].map(tab => ({
    name: `settings-${tab}`,
    path: `${guestbook}/settings/${tab}`,
    until: async (page: Page) => {
      await page.getByRole('navigation', { name: 'Settings' }).waitFor();
    },
  })),
  { name: 'global-settings', path: '/kargo/settings', until: 'Settings' },
  { name: 'set-up', path: '/kargo/setup', until: 'Catalog entity' },
  {
    name: 'editor',
    path: guestbook,
    until: async page => {
      await press(page, 'Create');
      await page.getByRole('menuitem', { name: 'Stage' }).click();
      await page.locator('.cm-line').first().waitFor();
    },
  },
  {
    name: 'form',
    path: guestbook,
    until: async page => {
      await press(page, 'Create');
      await page.getByRole('menuitem', { name: 'Stage' }).click();
      await page.getByText('Fill in a form').click();
      await page.getByRole('group', { name: 'metadata' }).waitFor();
    },
  },
  {
    name: 'look',
    path: guestbook,
    until: async page => {
      await press(page, 'Create');
      await page.getByRole('menuitem', { name: 'Warehouse' }).click();
      await press(page, 'Look now');
      await page.getByText('It would make no Freight now.').waitFor();
      await press(page, 'Check');
      await page.getByText('The portal would take it as it is.').waitFor();
    },
  },
  {
    name: 'step-form',
    path: guestbook,
    until: async page => {
      await press(page, 'Create');
      await page.getByRole('menuitem', { name: 'PromotionTask' }).click();
      await page.getByText('Fill in a form').click();
      await page
        .getByRole('group', { name: 'config' })
        .scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'waiting-graph',
    path: '/kargo/projects/waits?view=graph',
    until: 'PR #7 open',
  },
  {
    name: 'waiting-list',
    path: '/kargo/projects/waits?view=list',
    until: async page => {
      await page.getByRole('link', { name: 'PR #7 open' }).waitFor();
    },
  },
  {
    name: 'warehouses',
    path: `${many}?view=graph&origin=service0,service3`,
    until: async page => {
      await page.getByRole('button', { name: /^Warehouses: / }).click();
      await page.getByRole('listbox').waitFor();
    },
  },
  { name: 'many-list', path: `${many}?view=list`, until: 'Live' },
  {
    name: 'many-compact',
    path: `${many}?view=list&rows=compact`,
    until: 'Live',
  },
  { name: 'many-graph', path: `${many}?view=graph`, until: 'Live' },
  {
    name: 'many-found',
    path: `${many}?view=list&find=wave3-region02`,
    until: 'Live',
  },
  {
    name: 'empty',
    path: '/kargo/projects/empty',
    until: 'The pipeline is empty',
  },
  {
    name: 'nowhere',
    path: '/kargo/projects/nowhere',
    until: 'Project nowhere does not exist',
  },
];
