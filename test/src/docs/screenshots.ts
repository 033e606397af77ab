import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ungroupedFreight } from 'backstage-plugin-kargo-common';
import type { Browser, Page } from 'playwright-core';
import {
  guestbookPath,
  promoted,
  published,
  settled,
} from '../e2e/support/guestbook';
import { openPortal } from '../e2e/support/openPortal';
import { launchChromium } from '../world/chromium';
import { type Demo, startDemo } from '../world/demo';
import { repositoryRoot } from '../world/paths';

const folder = join(repositoryRoot, 'docs', 'images');

/** A picture of the documentation. */
interface Picture {
  readonly name: string;
  readonly path: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly height: number;
  /** Brings the page into the state to show. */
  prepare(page: Page): Promise<unknown>;
}

const livePipeline = (page: Page) =>
  page.getByText('Live', { exact: true }).waitFor();

const pictures: Picture[] = [
  ...(['light', 'dark'] as const).map(colorScheme => ({
    name: `pipeline-${colorScheme}`,
    path: `${guestbookPath}/kargo?view=graph`,
    colorScheme,
    height: 780,
    prepare: livePipeline,
  })),
  {
    name: 'promote-light',
    path: `${guestbookPath}/kargo?promote=uat`,
    height: 860,
    async prepare(page) {
      await livePipeline(page);
      await page
        .getByRole('button', { name: 'Show what changes in git' })
        .click();
      await page.getByText('Steps that were not run').waitFor();
    },
  },
  {
    name: 'promotion-light',
    path: `${guestbookPath}/kargo?stage=uat`,
    height: 760,
    async prepare(page) {
      await page.getByRole('button', { name: '1.2.0 (calm-otter)' }).click();
      await page.getByRole('link', { name: 'Open as a page' }).click();
      await page.getByText('Contents').waitFor();
    },
  },
  {
    name: 'projects-light',
    path: '/kargo',
    height: 500,
    // What was promoted last comes after the projects themselves.
    prepare: page =>
      page.getByRole('link', { name: 'to test' }).first().waitFor(),
  },
  {
    name: 'setup-light',
    path: '/kargo/setup',
    height: 1000,
    prepare: answerSetup,
  },
];

/** Answers the guided set-up for a bookshop, up to its review. */
async function answerSetup(page: Page): Promise<void> {
  const fill = (label: string, text: string) =>
    page.getByLabel(label, { exact: true }).fill(text);
  const next = () => page.getByRole('button', { name: 'Next' }).click();
  await fill('Name', 'bookshop');
  await fill('Description', 'Books by mail');
  await next();
  await fill('Repository', 'registry.example.com/bookshop');
  await next();
  await next();
  await fill(
    'Git repository that is deployed from',
    'https://git.example.com/config.git',
  );
  await next();
  await page.getByRole('list', { name: 'What is made' }).waitFor();
  await page.getByLabel('Manifests').waitFor();
}

/** Brings versions into the demo until every Stage of the guestbook has something to show. */
async function fillGuestbook(demo: Demo): Promise<void> {
  await settled(demo.portal, '1.2.0', 'test');
  await promoted(demo, '1.2.0', 'uat', 'alice');
  await promoted(demo, '1.2.0', 'prod', 'rita');
  await published(demo, '1.3.0', '2026-04-13T09:00:00Z');
  await published(demo, '1.4.0', '2026-05-04T09:00:00Z');
}

/** Aliases are drawn by lot; a picture should not change with each run. */
async function nameFreight({ portal }: Demo): Promise<void> {
  const kargo = portal.kargo();
  const aliases: Record<string, string> = {
    '1.2.0': 'calm-otter',
    '1.3.0': 'brave-heron',
    '1.4.0': 'quiet-lynx',
  };
  const items = ungroupedFreight(
    await kargo.queryFreight({ project: 'guestbook' }),
  );
  for (const { metadata, images = [] } of items) {
    const alias = aliases[images[0]?.tag ?? ''];
    if (alias) {
      await kargo.patchFreightAlias({
        project: 'guestbook',
        freight: metadata.name,
        newAlias: alias,
      });
    }
  }
}

async function take(
  browser: Browser,
  demo: Demo,
  picture: Picture,
): Promise<void> {
  const { page, close } = await openPortal(browser, demo.portal, 'alice', {
    path: picture.path,
    viewport: { width: 1200, height: picture.height },
    colorScheme: picture.colorScheme ?? 'light',
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
  });
  await picture.prepare(page);
  await page.evaluate(async () => {
    // Times in words would differ from run to run, and so would free ports.
    for (const time of document.querySelectorAll('time')) {
      time.textContent = '5 minutes ago';
    }
    const walker = document.createTreeWalker(
      document.body,
      NodeFilter.SHOW_TEXT,
    );
    while (walker.nextNode()) {
      const text = walker.currentNode as Text;
      // Those of the registry, which no scheme stands before.
      text.data = text.data.replace(
        /(?<!\/\/)127\.0\.0\.1:\d+\//g,
        '127.0.0.1:7050/',
      );
    }
    await document.fonts.ready;
  });
  await page.screenshot({
    path: join(folder, `${picture.name}.png`),
    animations: 'disabled',
    caret: 'hide',
  });
  await close();
  process.stdout.write(`docs/images/${picture.name}.png\n`);
}

async function main(): Promise<void> {
  const stateDir = await mkdtemp(join(tmpdir(), 'screenshots-'));
  await mkdir(folder, { recursive: true });
  const demo = await startDemo({
    stateDir,
    token: 'kargo-demo-token',
    ports: { portal: 0, git: 0, registry: 0, charts: 0 },
  });
  const browser = await launchChromium();
  try {
    await fillGuestbook(demo);
    await nameFreight(demo);
    for (const picture of pictures) await take(browser, demo, picture);
  } finally {
    await browser.close();
    await demo.close();
    await rm(stateDir, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(),
  error => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  },
);
