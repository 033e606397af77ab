import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Portal } from '../../world/portal';
import {
  type BenchNotes,
  type Block,
  clickToOpen,
  findEmptyPoint,
  openInApp,
  watchPage,
} from './inPage';

/** The two ways to look at a pipeline. */
export type View = 'list' | 'graph';

/** What shows that something of a view can be used. */
const USABLE: Readonly<Record<View, string>> = {
  list: 'tbody th[scope="row"] button',
  graph: '.react-flow__node button',
};

const FRAMES = 90;
const WHEEL_PX = 120;
const PAN_PX = 8;
const QUIET_MS = 500;

/** How evenly pictures followed each other. */
export interface Smoothness {
  framesPerSecond: number;
  frameP90: number;
  frameMax: number;
}

/** How long something took to open, and to be drawn. */
export interface Opening {
  usable: number;
  live: number;
  longestBlock: number;
}

/** The pipeline of a project in a browser, with what it notes of itself. */
export class PipelinePage {
  /** Opens the list of projects as somebody who may promote. */
  static async open(browser: Browser, portal: Portal): Promise<PipelinePage> {
    // Until the catalog knows them nobody can sign in.
    await portal.tokenOf('rita');
    const context = await browser.newContext({
      baseURL: portal.url,
      viewport: { width: 1440, height: 900 },
    });
    await context.addInitScript(() =>
      sessionStorage.setItem('kargo-demo.persona', 'rita'),
    );
    await context.addInitScript(watchPage);
    const page = await context.newPage();
    page.setDefaultTimeout(240_000);
    return new PipelinePage(context, page);
  }

  private constructor(
    private readonly context: BrowserContext,
    private readonly page: Page,
  ) {}

  /** From the list of projects to a view of one, within a loaded app. */
  async openView(project: string, view: View): Promise<Opening> {
    await this.page.goto('/kargo');
    await this.#untilListed();
    const { usableMs, liveMs, startedMs } = await this.page.evaluate(
      openInApp,
      {
        path: `/kargo/projects/${project}?view=${view}`,
        selector: USABLE[view],
      },
    );
    return {
      usable: usableMs,
      live: liveMs,
      longestBlock: await this.longestBlockSince(startedMs),
    };
  }

  /** Until projects can be chosen; an error tells what is seen instead. */
  async #untilListed(): Promise<void> {
    try {
      await this.page.locator('table a').first().waitFor();
    } catch (error) {
      const seen = await this.page.locator('body').innerText();
      throw new Error(`no list of projects, but: ${seen.slice(0, 500)}`, {
        cause: error,
      });
    }
  }

  /** Moves through the list with the wheel. */
  async scroll(): Promise<Smoothness> {
    await this.page.locator(USABLE.list).first().hover();
    return this.#smoothness(() => this.page.mouse.wheel(0, WHEEL_PX));
  }

  /** Takes the graph and moves it to and fro. */
  async pan(): Promise<Smoothness> {
    const { mouse } = this.page;
    const { x, y } = await this.page.evaluate(findEmptyPoint);
    await mouse.move(x, y);
    await mouse.down();
    const smoothness = await this.#smoothness(step =>
      mouse.move(x - step * PAN_PX, y - step * PAN_PX),
    );
    await mouse.up();
    return smoothness;
  }

  /** Types into the search of the pipeline, then empties it again. */
  async search(text: string): Promise<Record<string, number>> {
    const { page } = this;
    const field = page.getByRole('searchbox', { name: /^Find a Stage/ });
    await field.click();
    await page.evaluate(() => {
      window.benchNotes.keystrokes = [];
    });
    const startedMs = await this.#now();
    for (const [index, key] of [...text].entries()) {
      await page.keyboard.press(key);
      await page.waitForFunction(
        count => window.benchNotes.keystrokes.length > count,
        index,
      );
    }
    const lastKeyMs = await this.#now();
    await this.#quiet();
    const { keystrokes, changedMs } = await this.#notes();
    const longestBlock = await this.longestBlockSince(startedMs);
    await field.fill('');
    await this.#quiet();
    return {
      keystroke: median(keystrokes),
      slowestKeystroke: Math.max(...keystrokes),
      lastKeyToLastChange: Math.max(0, changedMs - lastKeyMs),
      longestBlock,
    };
  }

  /** Opens what may be promoted to several Stages, where that can be done, and closes it. */
  async promoteSeveral(): Promise<Record<string, number> | undefined> {
    const opened = await this.page.evaluate(clickToOpen, {
      button: 'Promote several',
      selector: '[role="dialog"] li input[type="checkbox"]',
    });
    if (!opened) {
      return undefined;
    }
    const longestBlock = await this.longestBlockSince(opened.startedMs);
    await this.page.keyboard.press('Escape');
    await this.page.getByRole('dialog').waitFor({ state: 'detached' });
    return { opened: opened.openedMs, longestBlock };
  }

  /** Looks on for a time and tells how long the page was blocked. */
  async lookOn(forMs: number): Promise<Record<string, number>> {
    const startedMs = await this.#now();
    await this.page.waitForFunction(
      untilMs => performance.now() >= untilMs,
      startedMs + forMs,
    );
    const blocks = await this.#blocksSince(startedMs);
    return {
      longestBlock: longest(blocks),
      blockedPercent: (100 * sum(blocks.map(({ forMs: ms }) => ms))) / forMs,
    };
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  /** The longest time without a moment for anything else; 50 ms at least, or 0. */
  private async longestBlockSince(startedMs: number): Promise<number> {
    return longest(await this.#blocksSince(startedMs));
  }

  async #blocksSince(startedMs: number): Promise<Block[]> {
    await this.#nextFrame();
    const { blocks } = await this.#notes();
    return blocks.filter(block => block.startedMs + block.forMs > startedMs);
  }

  async #smoothness(
    move: (step: number) => Promise<void>,
  ): Promise<Smoothness> {
    await this.page.evaluate(() => {
      window.benchNotes.frames = [];
    });
    for (let frame = 0; frame < FRAMES; frame += 1) {
      // To and fro.
      const step = frame % 30 < 15 ? frame % 15 : 15 - (frame % 15);
      await move(step);
      await this.#nextFrame();
    }
    const { frames } = await this.#notes();
    const gaps = frames
      .slice(1)
      .map((atMs, index) => atMs - frames[index])
      .sort((a, b) => a - b);
    return {
      framesPerSecond: (1000 * gaps.length) / sum(gaps),
      frameP90: gaps[Math.floor(gaps.length * 0.9)],
      frameMax: gaps.at(-1) ?? 0,
    };
  }

  async #nextFrame(): Promise<void> {
    await this.page.evaluate(() => new Promise(requestAnimationFrame));
  }

  /** Waits until nothing has changed for a while. */
  async #quiet(): Promise<void> {
    await this.page.waitForFunction(
      quietMs => performance.now() - window.benchNotes.changedMs > quietMs,
      QUIET_MS,
    );
  }

  #now(): Promise<number> {
    return this.page.evaluate(() => performance.now());
  }

  #notes(): Promise<BenchNotes> {
    return this.page.evaluate(() => window.benchNotes);
  }
}

function longest(blocks: readonly Block[]): number {
  return Math.max(0, ...blocks.map(({ forMs }) => forMs));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The middle of some values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
