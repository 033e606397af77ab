import { run } from 'axe-core';

/**
 * What axe finds wrong with the page under WCAG 2.2 A and AA and its best practices, one
 * line per element.
 *
 * @remarks Contrast needs a layout, which only the browser tests have.
 */
export async function findObstacles(): Promise<string[]> {
  const { violations } = await run(document.body, {
    runOnly: [
      'wcag2a',
      'wcag2aa',
      'wcag21a',
      'wcag21aa',
      'wcag22aa',
      'best-practice',
    ],
    resultTypes: ['violations'],
    rules: {
      'color-contrast': { enabled: false },
      // The page's first heading is drawn by the frame of the portal.
      'page-has-heading-one': { enabled: false },
    },
  });
  return [
    ...violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id} | ${html}`),
    ),
    ...findHiddenHeaders(),
  ];
}

/** Headers that are read as cells, which axe takes for what was meant. */
function findHiddenHeaders(): string[] {
  return [...document.querySelectorAll('th[role="cell"]')].map(
    ({ outerHTML }) => `header-is-cell | ${outerHTML}`,
  );
}
