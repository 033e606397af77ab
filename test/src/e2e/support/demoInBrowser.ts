import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../world/chromium';
import { type Demo, startDemo } from '../../world/demo';
import { settled } from './guestbook';
import {
  openPortal,
  type PortalPage,
  type PortalPageOptions,
} from './openPortal';

/** A demo for all tests of a file, and the pages that each of them opens. */
export interface DemoInBrowser {
  readonly demo: Demo;
  /** Opens a path as one of the people of the demo; the page is closed after the test. */
  visit(
    persona: string | undefined,
    path: string,
    options?: PortalPageOptions,
  ): Promise<PortalPage>;
}

/** Starts a demo before the tests of a file, with 1.2.0 of the guestbook in test. */
export function useDemoInBrowser(): DemoInBrowser {
  let stateDir: string;
  let demo: Demo;
  let browser: Browser;
  let opened: PortalPage[] = [];

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'demo-in-browser-'));
    demo = await startDemo({
      stateDir,
      token: 'kargo-demo-token',
      ports: { portal: 0, git: 0, registry: 0, charts: 0 },
    });
    browser = await launchChromium();
    await settled(demo.portal, '1.2.0', 'test');
  }, 600_000);

  afterEach(async () => {
    await Promise.all(opened.map(page => page.close()));
    opened = [];
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.close();
    await rm(stateDir, { recursive: true, force: true });
  });

  return {
    get demo() {
      return demo;
    },
    async visit(persona, path, options) {
      const visitor = await openPortal(browser, demo.portal, persona, {
        ...options,
        path,
      });
      opened.push(visitor);
      return visitor;
    },
  };
}
