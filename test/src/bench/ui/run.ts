import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../world/chromium';
import { packageFolder, repositoryRoot } from '../../world/paths';
import { BenchPortal } from './BenchPortal';
import type { BenchSubject } from './manifests';
import { median, type Opening, PipelinePage, type View } from './PipelinePage';

const SIZES = (process.env.BENCH_SIZES ?? '60,300,600').split(',').map(Number);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const LIVE_MS = Number(process.env.BENCH_LIVE_SECONDS ?? 15) * 1000;
const SEARCHED = 'service7';

/** Files with which this benchmark can be run on other commits: all of it. */
export const measuring = ['ui'];

/**
 * Measures what a person waits for in the interface, in a browser on a portal with
 * generated projects: opening a pipeline, searching it, moving through it, opening what
 * may be promoted to several Stages, and how long the page is blocked while it follows
 * 60 running Promotions.
 *
 * @remarks
 * Builds the frontend of its tree first, unless `BENCH_BUILD` is `no`. `BENCH_SIZES` chooses how many Stages there are,
 * `BENCH_ROUNDS` how often a view is opened, `BENCH_LIVE_SECONDS` how long it is watched.
 */
export async function run(): Promise<object> {
  if (process.env.BENCH_BUILD !== 'no') {
    await buildApp();
  }
  const bench = await BenchPortal.start();
  try {
    const browser = await launchChromium();
    try {
      const stages: Record<string, object> = {};
      for (const size of SIZES) {
        stages[size] = await measure(browser, bench, await bench.fill(size));
      }
      return {
        unit: 'milliseconds, unless a name says otherwise; openings are medians',
        stages: rounded(stages),
      };
    } finally {
      await browser.close();
    }
  } finally {
    await bench.stop();
  }
}

async function buildApp(): Promise<void> {
  await promisify(execFile)(
    process.execPath,
    [
      join(packageFolder('@backstage/cli'), 'bin', 'backstage-cli'),
      ...['package', 'build'],
    ],
    {
      cwd: join(repositoryRoot, 'packages', 'app'),
      maxBuffer: 64 << 20,
    },
  );
}

async function measure(
  browser: Browser,
  bench: BenchPortal,
  subject: BenchSubject,
): Promise<object> {
  const page = await PipelinePage.open(browser, bench.portal);
  const { project } = subject;
  try {
    const openList = await openRepeatedly(page, project, 'list');
    const list = {
      open: openList,
      scroll: await page.scroll(),
      search: await page.search(SEARCHED),
      promoteSeveral: await page.promoteSeveral(),
    };
    const openGraph = await openRepeatedly(page, project, 'graph');
    const graph = {
      open: openGraph,
      pan: await page.pan(),
      search: await page.search(SEARCHED),
    };
    return { list, graph, live: await measureLive(page, bench, subject) };
  } finally {
    await page.close();
  }
}

async function openRepeatedly(
  page: PipelinePage,
  project: string,
  view: View,
): Promise<Opening> {
  const openings: Opening[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    openings.push(await page.openView(project, view));
  }
  return {
    usable: median(openings.map(({ usable }) => usable)),
    live: median(openings.map(({ live }) => live)),
    longestBlock: median(openings.map(({ longestBlock }) => longestBlock)),
  };
}

async function measureLive(
  page: PipelinePage,
  bench: BenchPortal,
  subject: BenchSubject,
): Promise<object> {
  const stop = await bench.keepPromoting(subject);
  try {
    await page.openView(subject.project, 'list');
    const list = await page.lookOn(LIVE_MS);
    await page.openView(subject.project, 'graph');
    return { list, graph: await page.lookOn(LIVE_MS) };
  } finally {
    await stop();
  }
}

/** The same figures with one digit behind the point. */
function rounded(value: object): object {
  return JSON.parse(
    JSON.stringify(value, (_, part) =>
      typeof part === 'number' ? Math.round(part * 10) / 10 : part,
    ),
  );
}
