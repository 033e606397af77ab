/** How long the page did nothing else, from a moment of its own clock on; milliseconds. */
export interface Block {
  startedMs: number;
  forMs: number;
}

/** What {@link watchPage} notes. */
export interface BenchNotes {
  blocks: Block[];
  /** From each key to the picture after it, in milliseconds. */
  keystrokes: number[];
  /** When each picture began that was drawn since the notes were cleared. */
  frames: number[];
  /** When the document changed last. */
  changedMs: number;
}

declare global {
  interface Window {
    benchNotes: BenchNotes;
  }
}

/** Runs in the page before its own scripts. Uses nothing from outside itself. */
export function watchPage(): void {
  const notes: BenchNotes = {
    blocks: [],
    keystrokes: [],
    frames: [],
    changedMs: 0,
  };
  window.benchNotes = notes;
  new PerformanceObserver(list => {
    for (const { startTime, duration } of list.getEntries()) {
      notes.blocks.push({ startedMs: startTime, forMs: duration });
    }
  }).observe({ type: 'longtask', buffered: true });
  const afterPicture = (callback: () => void) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = callback;
    requestAnimationFrame(() => port2.postMessage(undefined));
  };
  window.addEventListener(
    'keydown',
    ({ timeStamp }) =>
      afterPicture(() => {
        notes.keystrokes.push(performance.now() - timeStamp);
      }),
    true,
  );
  new MutationObserver(() => {
    notes.changedMs = performance.now();
  }).observe(document, { childList: true, subtree: true, attributes: true });
  const noteFrame = (atMs: number) => {
    notes.frames.push(atMs);
    requestAnimationFrame(noteFrame);
  };
  requestAnimationFrame(noteFrame);
}

/**
 * Runs in the page: goes to a path of the portal without loading anything anew, as a
 * link does, and waits for something to be seen there, and for the page to be live.
 */
export async function openInApp(options: {
  path: string;
  selector: string;
}): Promise<{ usableMs: number; liveMs: number; startedMs: number }> {
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) {
      await new Promise(requestAnimationFrame);
    }
    return performance.now();
  };
  const isSeen = (element: Element | null) =>
    element !== null && getComputedStyle(element).visibility === 'visible';
  const startedMs = performance.now();
  window.history.pushState(null, '', options.path);
  window.dispatchEvent(new PopStateEvent('popstate'));
  const usable = await until(() =>
    isSeen(document.querySelector(options.selector)),
  );
  const live = await until(() =>
    [...document.querySelectorAll('[role="status"]')].some(
      ({ textContent }) => textContent === 'Live',
    ),
  );
  return {
    usableMs: usable - startedMs,
    liveMs: live - startedMs,
    startedMs,
  };
}

/** Runs in the page: clicks and waits for what opens to be seen. */
export async function clickToOpen(options: {
  button: string;
  selector: string;
}): Promise<{ openedMs: number; startedMs: number } | undefined> {
  const button = [...document.querySelectorAll('button')].find(
    ({ textContent }) => textContent === options.button,
  );
  if (!button) {
    return undefined;
  }
  const startedMs = performance.now();
  button.click();
  while (!document.querySelector(options.selector)) {
    await new Promise(requestAnimationFrame);
  }
  // One more, so that it has been drawn.
  await new Promise(requestAnimationFrame);
  return { openedMs: performance.now() - startedMs, startedMs };
}

/** Runs in the page: a point of the graph where nothing stands, to take it by. */
export function findEmptyPoint(): { x: number; y: number } {
  const pane = document.querySelector('.react-flow__pane');
  const { left, top, width, height } =
    pane?.getBoundingClientRect() ?? new DOMRect();
  for (let step = 1; step < 400; step += 1) {
    const x = left + width * (0.3 + (step % 20) / 50);
    const y = top + height * (0.3 + Math.floor(step / 20) / 50);
    if (document.elementFromPoint(x, y) === pane) {
      return { x, y };
    }
  }
  throw new Error('the graph has no place to take it by');
}
