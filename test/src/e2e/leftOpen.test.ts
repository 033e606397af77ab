import type { Page } from 'playwright-core';
import { type BrowserProxy, startBrowserProxy } from './support/browserProxy';
import { useDemoInBrowser } from './support/demoInBrowser';
import { published } from './support/guestbook';
import type { PortalPage } from './support/openPortal';

jest.setTimeout(300_000);

const suite = useDemoInBrowser();
const guestbook = '/kargo/projects/guestbook';

const RESET = { kind: 'reset' } as const;
const KARGO = { path: '/api/kargo/' } as const;

let proxy: BrowserProxy;

beforeAll(async () => {
  proxy = await startBrowserProxy();
});

beforeEach(() => proxy.faults.clear());

afterAll(() => proxy.close());

const visit = (path: string): Promise<PortalPage> =>
  suite.visit('rita', path, { proxy: { server: proxy.url } });

/** What says how fresh the pipeline is. */
const marker = (page: Page, text: string) =>
  page.getByRole('status').filter({ hasText: text });

/** How much is said to be wrong once the pipeline is current. */
async function troubles(page: Page): Promise<number> {
  await marker(page, 'Live').waitFor();
  return page.getByRole('alert').count();
}

describe('a pipeline that stays open', () => {
  it('shows what happened while its stream was cut', async () => {
    const { page } = await visit(`${guestbook}?view=list`);
    await marker(page, 'Live').waitFor();
    const takeBack = proxy.faults.always(RESET, { route: 'changes' });
    proxy.cutStreams();
    await marker(page, 'Reconnecting').waitFor();
    const { alias = '' } = await published(suite.demo, '1.3.0');
    takeBack();
    await page
      .getByRole('row', { name: /^test/ })
      .getByText(alias)
      .first()
      .waitFor();
    expect(await troubles(page)).toBe(0);
  });

  it('begins anew where the history that it knows is gone', async () => {
    const { page } = await visit(`${guestbook}?view=list`);
    await marker(page, 'Live').waitFor();
    proxy.faults.add(
      {
        kind: 'status',
        status: 200,
        headers: { 'content-type': 'text/event-stream' },
        body: `event: error\ndata: {"code":"out_of_range","message":"too old"}\n\n`,
      },
      { route: 'changes' },
    );
    proxy.cutStreams();
    const { alias = '' } = await published(suite.demo, '1.4.0');
    await page
      .getByRole('row', { name: /^test/ })
      .getByText(alias)
      .first()
      .waitFor();
    expect(await troubles(page)).toBe(0);
  });

  it('says that nobody knows any more who asks, also in a dialog, and goes on', async () => {
    const { page } = await visit(`${guestbook}?view=list&promote=uat`);
    const dialog = page.getByRole('dialog', { name: 'Promote to uat' });
    await dialog.getByText('What changes', { exact: true }).waitFor();
    const takeBack = proxy.faults.always(
      {
        kind: 'status',
        status: 401,
        headers: { 'content-type': 'application/json' },
        body: '{"error":"the token is not taken any more"}',
      },
      KARGO,
    );
    proxy.cutStreams();
    await dialog.getByText('You are not signed in any more').waitFor();
    takeBack();
    const notice = page.getByText('You are not signed in any more');
    await notice.first().waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    expect(await troubles(page)).toBe(0);
  });

  it('says in a dialog that the portal is away, before anybody promotes', async () => {
    const { page } = await visit(`${guestbook}?view=list&promote=uat`);
    const dialog = page.getByRole('dialog', { name: 'Promote to uat' });
    await dialog.getByText('What changes', { exact: true }).waitFor();
    const takeBack = proxy.faults.always(RESET, KARGO);
    proxy.cutStreams();
    await dialog
      .getByRole('alert')
      .getByText('The portal does not answer')
      .waitFor();
    takeBack();
    await dialog.getByRole('alert').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    expect(await troubles(page)).toBe(0);
  });

  it('is current after an hour in which the machine slept', async () => {
    const { page, goto } = await visit('/settings');
    await page.clock.install();
    await goto(`${guestbook}?view=list`);
    await marker(page, 'Live').waitFor();
    const since = page.getByRole('row', { name: /^test/ }).getByRole('time');
    const before = await since.innerText();
    proxy.faults.add(RESET, { route: 'changes' });
    proxy.cutStreams();
    await page.clock.fastForward('01:00:00');
    await page
      .getByRole('row', { name: /^test/ })
      .getByText(/^1 hour ago$/)
      .waitFor();
    expect(before).not.toBe('1 hour ago');
    expect(await troubles(page)).toBe(0);
  });
});
