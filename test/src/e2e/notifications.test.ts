import { useDemoInBrowser } from './support/demoInBrowser';

jest.setTimeout(300_000);

const { visit } = useDemoInBrowser();

describe('the inbox of the portal', () => {
  it('leads an owner to what waits, and then those whom the next Stage names', async () => {
    const alice = await visit('alice', '/');
    await alice.page
      .getByRole('link', { name: 'Notifications', exact: true })
      .click();
    await alice.page
      .getByRole('link', {
        name: /^1\.2\.0 \(.+\) waits to be promoted to uat$/,
      })
      .click();
    const dialog = alice.page.getByRole('dialog', { name: 'Promote to uat' });
    await dialog.getByRole('button', { name: 'Promote to uat' }).click();
    await alice.page
      .getByRole('dialog', { name: /^1\.2\.0 .+ to uat$/ })
      .getByText('Succeeded')
      .waitFor();

    const rita = await visit('rita', '/notifications');
    await rita.page
      .getByRole('link', {
        name: /^1\.2\.0 \(.+\) waits to be promoted to prod$/,
      })
      .click();
    await rita.page.getByRole('dialog', { name: 'Promote to prod' }).waitFor();
    // Events are told in their order: who promoted before has nothing new about it.
    await alice.page.goto('/notifications');
    await alice.page.getByRole('heading', { name: /Notifications/ }).waitFor();
    // The first table holds no text while it is loaded; below it another one turns pages.
    await alice.page
      .getByRole('table')
      .first()
      .filter({ hasText: /\S/ })
      .waitFor();
    expect(
      await alice.page.getByRole('link', { name: /^alice promotes/ }).count(),
    ).toBe(0);
    expect([...alice.problems, ...rita.problems]).toEqual([]);
  });
});
