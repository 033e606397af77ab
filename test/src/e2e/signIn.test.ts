import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../world/chromium';
import { type CommandLine, createCommandLine } from '../world/commandLine';
import { type Portal, startPortal } from '../world/portal';
import { openPortal, type PortalPage } from './support/openPortal';

jest.setTimeout(600_000);

/** What the page asks for, and the button that somebody presses there. */
type Answer = 'Authorize' | 'Cancel';

let stateDir: string;
let portal: Portal;
let browser: Browser;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'sign-in-'));
  portal = await startPortal({ stateDir: join(stateDir, 'portal') });
  browser = await launchChromium();
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await portal?.close();
  await rm(stateDir, { recursive: true, force: true });
});

describe('the demo portal in a browser', () => {
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
  });

  it('asks no browser for TLS, without which Safari would show nothing', async () => {
    const { headers } = await fetch(portal.url);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain('upgrade-insecure-requests');
  });

  it('opens a page signed in', async () => {
    const { page, close } = await openPortal(browser, portal, 'rita', {
      path: '/settings',
    });
    await page.getByRole('link', { name: 'Release managers' }).waitFor();
    const links = await page.getByRole('link').allInnerTexts();
    expect(links).toContain('Rita Reyes');
    await close();
  });
});

describe('somebody who signs in from a terminal', () => {
  let visitor: PortalPage;
  let terminal: CommandLine;
  let answer: Answer;
  let asked: string;

  beforeEach(async () => {
    asked = '';
    visitor = await openPortal(browser, portal, 'rita');
    terminal = await createCommandLine({
      folder: await mkdtemp(join(stateDir, 'terminal-')),
      browse: answerIn,
    });
  });

  afterEach(() => visitor.close());

  /** What a person does: reads what is asked, and says yes or no. */
  async function answerIn(address: string): Promise<void> {
    const { page } = visitor;
    await page.goto(address);
    const button = page.getByRole('button', { name: answer });
    await button.waitFor();
    asked = await page.locator('body').innerText();
    await button.click();
    // The browser goes back to the program.
    await page.waitForURL(url => url.pathname === '/callback');
  }

  it('agrees on a page of the portal, and is known by her own name', async () => {
    answer = 'Authorize';
    expect(await terminal.invoke(['login', portal.url, '--sso'])).toMatchObject(
      { code: 0, out: `Logged in to ${portal.api}\n` },
    );
    expect(asked).toContain('wants to access your Kargo for Backstage account');

    const created = ['create', 'project', 'of-rita', '-o', 'json'];
    const { code, out } = await terminal.invoke(created);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining('user:default/rita'),
    });
    expect(visitor.problems).toEqual([]);
  });

  it('says no, and nobody is logged in', async () => {
    answer = 'Cancel';
    const { code, err } = await terminal.invoke(['login', portal.url, '--sso']);
    expect(code).toBe(1);
    expect(err).toMatch(/denied/i);
    expect(await terminal.invoke(['get', 'projects'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('kargo login'),
    });
  });
});
