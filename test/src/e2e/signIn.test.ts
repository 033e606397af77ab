import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../world/chromium';
import { type CommandLine, createCommandLine } from '../world/commandLine';
import { type Portal, startPortal } from '../world/portal';
import { openPortal, type PortalPage } from './support/openPortal';

jest.setTimeout(300_000);

/** What the page asks for, and the button that somebody presses there. */
type Answer = 'Authorize' | 'Cancel';

describe('somebody who signs in from a terminal', () => {
  let stateDir: string;
  let portal: Portal;
  let browser: Browser;
  let visitor: PortalPage;
  let terminal: CommandLine;
  let answer: Answer;
  let asked: string;

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'sign-in-'));
    portal = await startPortal({ stateDir: join(stateDir, 'portal') });
    browser = await launchChromium();
  }, 600_000);

  beforeEach(async () => {
    asked = '';
    visitor = await openPortal(browser, portal, 'rita');
    terminal = await createCommandLine({
      folder: await mkdtemp(join(stateDir, 'terminal-')),
      browse: answerIn,
    });
  });

  afterEach(() => visitor.close());

  afterAll(async () => {
    await browser?.close();
    await portal?.close();
    await rm(stateDir, { recursive: true, force: true });
  });

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
