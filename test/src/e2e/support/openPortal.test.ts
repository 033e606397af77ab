import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../world/chromium';
import { type Portal, startPortal } from '../../world/portal';
import { openPortal } from './openPortal';

describe('the demo portal in a browser', () => {
  let stateDir: string;
  let portal: Portal;
  let browser: Browser;
  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'portal-'));
    portal = await startPortal({ stateDir });
    browser = await launchChromium();
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    await portal?.close();
    await rm(stateDir, { recursive: true, force: true });
  });

  it('offers its people, signs one in, to what waits for them, and out', async () => {
    const { page, problems, close } = await openPortal(browser, portal);
    await page.getByRole('button', { name: 'Enter as Alice Archer' }).click();
    await page.getByText('Welcome, Alice Archer').waitFor();
    await page.getByText('Nothing waits for you.').waitFor();
    await page.goto('/catalog/default/component/guestbook');
    await page.getByRole('heading', { name: 'guestbook' }).first().waitFor();
    expect(problems).toEqual([]);

    await page.goto('/settings');
    await page.getByRole('link', { name: 'Guestbook team' }).waitFor();
    await page.getByTestId('user-settings-menu').click();
    await page.getByText('Sign Out').click();
    await page.getByRole('button', { name: 'Enter as Rita Reyes' }).waitFor();
    await close();
  }, 600_000);

  it('opens a page signed in', async () => {
    const { page, goto, close } = await openPortal(browser, portal, 'rita');
    await goto('/settings');
    await page.getByRole('link', { name: 'Release managers' }).waitFor();
    const links = await page.getByRole('link').allInnerTexts();
    expect(links).toContain('Rita Reyes');
    await close();
  }, 600_000);
});
