import type { Page } from 'playwright-core';
import { useDemoInBrowser } from './support/demoInBrowser';
import { eventually } from './support/eventually';
import { findObstacles } from './support/findObstacles';
import { freightOf } from './support/guestbook';

jest.setTimeout(300_000);

const suite = useDemoInBrowser();

/** Waits until an index holds what leads to an address: they are read now and then. */
async function indexed(
  term: string,
  location: string,
  type = 'kargo',
): Promise<void> {
  const { portal } = suite.demo;
  const query = new URLSearchParams({ term, 'types[0]': type });
  await eventually(`${term} in the search`, async () => {
    const answer = await portal.fetch(`/api/search/query?${query}`);
    const { results = [] } = await answer.json();
    return results.find(
      ({ document }: { document: { location: string } }) =>
        document.location === location,
    );
  });
}

/** Looks for a text, among what is of Kargo. */
async function search(page: Page, text: string): Promise<void> {
  await page.getByRole('link', { name: 'Search', exact: true }).click();
  await page.getByRole('textbox', { name: 'Search' }).fill(text);
  await page
    .getByRole('navigation', { name: 'filter by type' })
    .getByRole('button', { name: /^Kargo/ })
    .click();
}

describe('the search of the portal', () => {
  // The page counts what is found of each type, also of the catalog's.
  beforeAll(
    () =>
      indexed(
        'guestbook',
        '/catalog/default/component/guestbook',
        'software-catalog',
      ),
    240_000,
  );

  it('finds Freight by a version, and opens it', async () => {
    const { metadata, alias = '' } = await freightOf(
      suite.demo.portal,
      '1.2.0',
    );
    const location = `/kargo/projects/guestbook?freight=${metadata.name}`;
    await indexed('1.2.0', location);
    const { page, problems } = await suite.visit('alice', '/');
    await search(page, '1.2.0');
    const found = page.getByRole('link', { name: `1.2.0 (${alias})` });
    expect(await found.getAttribute('href')).toBe(location);
    // The frame of the page is the portal's.
    const obstacles = await findObstacles(page);
    expect(obstacles.filter(each => each.startsWith('color'))).toEqual([]);
    await found.click();
    await page.getByRole('dialog', { name: alias }).waitFor();
    expect(page.url()).toBe(`${suite.demo.portal.url}${location}`);
    expect(problems).toEqual([]);
  });

  it('finds a Stage, and opens it', async () => {
    const location = '/kargo/projects/guestbook?stage=uat';
    await indexed('uat', location);
    const { page, problems } = await suite.visit('alice', '/');
    await search(page, 'guestbook uat');
    await page.locator(`a[href="${location}"]`).click();
    await page.getByRole('dialog', { name: 'uat' }).waitFor();
    expect(problems).toEqual([]);
  });
});
