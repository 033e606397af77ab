import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Portal } from '../../world/portal';

/** A page of the portal, seen by one of the people of the demo. */
export interface PortalPage {
  readonly page: Page;
  /** Errors the page's scripts and console have reported so far. */
  readonly problems: readonly string[];
  /** Goes to a path of the portal. */
  goto(path: string): Promise<void>;
  /** Closes the page with its cookies and storage. */
  close(): Promise<void>;
}

/** How the person looks at the portal, beyond a light desktop. */
export type PortalPageOptions = Pick<
  BrowserContextOptions,
  | 'colorScheme'
  | 'deviceScaleFactor'
  | 'locale'
  | 'proxy'
  | 'reducedMotion'
  | 'timezoneId'
  | 'viewport'
> & {
  /** The first path; the start page unless told. */
  readonly path?: string;
};

/** Opens the portal; signed in when a persona is given, else on the sign-in page. */
export async function openPortal(
  browser: Browser,
  portal: Pick<Portal, 'url' | 'tokenOf'>,
  persona?: string,
  { path: first = '/', ...options }: PortalPageOptions = {},
): Promise<PortalPage> {
  const { ok } = await fetch(portal.url);
  if (!ok) {
    throw new Error('build the frontend first: yarn workspace app build');
  }
  // Until the catalog knows them nobody can sign in.
  await portal.tokenOf(persona ?? 'guest');
  const context = await browser.newContext({
    baseURL: portal.url,
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    ...options,
  });
  await context.addInitScript(endTransitions);
  if (persona) {
    await context.addInitScript(
      // Only when nothing is there, so that signing out lasts.
      name => {
        if (sessionStorage.getItem('kargo-demo.signed-in')) return;
        sessionStorage.setItem('kargo-demo.signed-in', 'once');
        sessionStorage.setItem('kargo-demo.persona', name);
      },
      persona,
    );
  }
  const page = await context.newPage();
  page.setDefaultTimeout(240_000);
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(error.message));
  page.on('console', message => {
    if (message.type() === 'error') {
      problems.push(`${message.text()} (${message.location().url})`);
    }
  });
  await page.goto(first);
  return {
    page,
    problems,
    goto: async path => {
      await page.goto(path);
    },
    close: () => context.close(),
  };
}

/** Runs in the page: what is looked at is never half of an animation. */
function endTransitions(): void {
  document.addEventListener('DOMContentLoaded', () => {
    const style = document.createElement('style');
    style.textContent = `*, *::before, *::after {
      animation-delay: 0s !important;
      animation-duration: 0s !important;
      transition-delay: 0s !important;
      transition-duration: 0s !important;
    }`;
    document.head.append(style);
  });
}
