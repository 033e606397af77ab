import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { packageFolder } from '../../world/paths';

/** Longest wait for a page to come to rest. */
const SETTLE_MS = 10_000;

/** What of axe the page then has. */
type AxeWindow = {
  axe: {
    run(
      context: object,
      options: object,
    ): Promise<Pick<AxeResults, 'violations'>>;
  };
};

/** What is looked for: WCAG 2.2 A and AA, and best practices. */
const RULES = [
  'wcag2a',
  'wcag2aa',
  'wcag21a',
  'wcag21aa',
  'wcag22aa',
  'best-practice',
];

/**
 * What axe finds wrong with what a page is about, or with the dialogs before it, under WCAG
 * 2.2 A and AA and its best practices, one line per element. The frame around it is the
 * portal's. Waits first for what still fades in, because such text has too little contrast: a
 * transition may be under way or, where text is mounted unseen, not have begun.
 */
export async function findObstacles(page: Page): Promise<string[]> {
  const axeSource = await readFile(
    join(packageFolder('axe-core'), 'axe.min.js'),
    'utf8',
  );
  await page.evaluate(axeSource);
  await page
    .waitForFunction(
      () => {
        const isMoving = document
          .getAnimations()
          .some(animation => animation instanceof CSSTransition);
        const willAppear = [
          ...document.querySelectorAll<HTMLElement>('[style*="opacity"]'),
        ].some(
          element =>
            element.style.opacity === '0' &&
            element.textContent?.trim() &&
            getComputedStyle(element).visibility !== 'hidden',
        );
        return !isMoving && !willAppear;
      },
      undefined,
      { timeout: SETTLE_MS },
    )
    // Something that never comes to rest is judged as it is.
    .catch(() => undefined);
  const violations = await page.evaluate(async runOnly => {
    const { axe } = window as unknown as AxeWindow;
    const scope = ['[role="dialog"]', 'main'].find(selector =>
      document.querySelector(selector),
    );
    const results = await axe.run(scope ? { include: [[scope]] } : document, {
      runOnly,
      resultTypes: ['violations'],
    });
    return results.violations;
  }, RULES);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary, html }) =>
      [id, target.join(' '), failureSummary, html].join(' | '),
    ),
  );
}
