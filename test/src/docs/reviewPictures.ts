// Pictures of every view to look at, light and dark, wide and narrow, four on a sheet:
// `yarn docs:review FOLDER [VIEW…]`. They are no part of the documentation.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { promoted, published, settled } from '../e2e/support/guestbook';
import {
  type PullRequestHost,
  startPullRequestHost,
  waitingPipeline,
} from '../e2e/support/pullRequestHost';
import { openPortal, type PortalPage } from '../e2e/support/openPortal';
import { launchChromium } from '../world/chromium';
import { type Demo, startDemo } from '../world/demo';
import { demoRepositories, describeDemoImage } from '../world/demoWorld';
import { oldFreightOf, pipelineOf, services } from '../bench/ui/manifests';
import { eventually } from '../e2e/support/eventually';
import { REVIEW_VIEWS, type ReviewView } from './reviewViews';

/** How people look at the portal, and how large the picture of it is on the sheet. */
const LOOKS = (['light', 'dark'] as const).flatMap(colorScheme => [
  { colorScheme, viewport: { width: 1280, height: 860 }, shown: 720 },
  { colorScheme, viewport: { width: 390, height: 860 }, shown: 219 },
]);

/** Longest wait for what a page asks at first. */
const SETTLE_MS = 2_000;

async function fill(demo: Demo, host: PullRequestHost): Promise<void> {
  const { portal, world } = demo;
  const kargo = portal.kargo();
  await settled(portal, '1.2.0', 'test');
  await promoted(demo, '1.2.0', 'uat', 'alice');
  await promoted(demo, '1.2.0', 'prod', 'rita');
  await published(demo, '1.3.0', '2026-04-13T09:00:00Z');
  await published(demo, '1.4.0', '2026-05-04T09:00:00Z');
  world.registry.pushImage({
    repository: demoRepositories.storefront,
    tag: '2.2.13',
    ...describeDemoImage('2.2.13', '2026-05-04T09:00:00Z'),
  });
  await kargo.refreshWarehouse({ project: 'storefront', name: 'storefront' });
  await eventually('a failed promotion of the storefront', async () => {
    const { items } = await kargo.listPromotions({ project: 'storefront' });
    return items?.find(({ status }) => status?.phase === 'Failed');
  });
  await wait(demo, host);
  const subject = {
    project: 'many',
    stages: 600,
    registry: demo.addresses.registry.host,
    stepsURL: demo.addresses.portal,
  };
  await kargo.createResources({
    body: `kind: Project
apiVersion: kargo.akuity.io/v1alpha1
metadata: {name: empty}
---${pipelineOf(subject)}`,
  });
  for (const service of services) {
    await kargo.createResources({ body: oldFreightOf(subject, service) });
  }
}

/** Promotes in a project to where a pull request is waited for. */
async function wait(
  { portal, world }: Demo,
  host: PullRequestHost,
): Promise<void> {
  const kargo = portal.kargo();
  const project = 'waits';
  const image = world.guestbookRepository;
  await kargo.createResources({
    body: waitingPipeline({ project, image, host }),
  });
  const freight = await eventually('Freight that waits', async () => {
    const { groups } = await kargo.queryFreight({ project });
    return groups['']?.items.at(0)?.metadata.name;
  });
  await kargo.promoteToStage({ project, stage: 'test', body: { freight } });
}

async function takeView(
  { page, goto }: PortalPage,
  { path, until }: ReviewView,
): Promise<string> {
  await goto(path);
  await (typeof until === 'string'
    ? page.getByText(new RegExp(until)).first().waitFor()
    : until(page));
  // A page that is kept current never comes to rest; what it asks at first does.
  await page
    .waitForLoadState('networkidle', { timeout: SETTLE_MS })
    .catch(() => undefined);
  return (await page.screenshot({ animations: 'disabled' })).toString('base64');
}

async function takeSheet(
  browser: Browser,
  pages: readonly PortalPage[],
  view: ReviewView,
  file: string,
): Promise<void> {
  const images: string[] = [];
  for (const [index, page] of pages.entries()) {
    const data = await takeView(page, view).catch(async error => {
      process.stdout.write(`${view.name}: ${(error as Error).message}\n`);
      return (await page.page.screenshot()).toString('base64');
    });
    images.push(
      `<img width="${LOOKS[index].shown}" src="data:image/png;base64,${data}">`,
    );
  }
  const sheet = await browser.newPage({
    viewport: { width: 1920, height: 10 },
  });
  await sheet.setContent(
    `<!doctype html><body style="margin:0;display:flex;align-items:flex-start;gap:8px;background:#888">${images.join(
      '',
    )}</body>`,
  );
  await sheet.screenshot({ path: file, fullPage: true });
  await sheet.close();
}

async function main([folder, ...wanted]: string[]): Promise<void> {
  if (!folder) {
    throw new Error('usage: yarn docs:review FOLDER [VIEW…]');
  }
  await mkdir(folder, { recursive: true });
  const stateDir = await mkdtemp(join(tmpdir(), 'review-pictures-'));
  const demo = await startDemo({
    stateDir,
    token: 'kargo-demo-token',
    ports: { portal: 0, git: 0, registry: 0, charts: 0 },
  });
  const host = await startPullRequestHost();
  const browser = await launchChromium();
  try {
    await fill(demo, host);
    const pages: PortalPage[] = [];
    for (const { colorScheme, viewport } of LOOKS) {
      const page = await openPortal(browser, demo.portal, 'rita', {
        colorScheme,
        viewport,
        reducedMotion: 'reduce',
      });
      page.page.setDefaultTimeout(60_000);
      pages.push(page);
    }
    for (const view of REVIEW_VIEWS) {
      if (wanted.length === 0 || wanted.includes(view.name)) {
        const file = join(folder, `${view.name}.png`);
        await takeSheet(browser, pages, view, file);
        process.stdout.write(`${file}\n`);
      }
    }
    for (const problem of new Set(pages.flatMap(page => page.problems))) {
      process.stdout.write(`problem: ${problem}\n`);
    }
  } finally {
    await browser.close();
    await demo.close();
    await host.close();
    await rm(stateDir, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  error => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  },
);
