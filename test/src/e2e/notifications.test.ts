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
    await alice.page.goto('/notifications');
    await alice.page
      .getByRole('link', { name: /^alice promotes 1\.2\.0 \(.+\) to uat$/ })
      .waitFor();

    const rita = await visit('rita', '/notifications');
    await rita.page
      .getByRole('link', {
        name: /^1\.2\.0 \(.+\) waits to be promoted to prod$/,
      })
      .click();
    await rita.page.getByRole('dialog', { name: 'Promote to prod' }).waitFor();
    expect([...alice.problems, ...rita.problems]).toEqual([]);
  });
});
