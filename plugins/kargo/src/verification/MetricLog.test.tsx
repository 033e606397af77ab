import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { MetricLog } from './MetricLog';

const metric = {
  name: 'smoke',
  provider: { job: { spec: { template: { spec: { containers: [] } } } } },
};

/** A job that prints when it is told. */
function aJob() {
  const api = FakeKargoApi.create();
  const told: string[] = [];
  const sleeper = { wake: () => {} };
  api.streamLogs = async function* printed() {
    for (;;) {
      while (told.length > 0) {
        yield told.shift()!;
      }
      await new Promise<void>(resolve => {
        sleeper.wake = resolve;
      });
    }
  };
  const print = async (text: string) => {
    told.push(text);
    await act(async () => sleeper.wake());
  };
  return { api, print };
}

async function openLog() {
  const { api, print } = aJob();
  renderWithKargo(
    <MetricLog project="shop" run="prod.1" metric={metric} />,
    api,
  );
  await userEvent.click(await screen.findByRole('button', { name: /smoke/ }));
  await print('one\ntwo\nthr');
  const log = await screen.findByRole('region', { name: /smoke/ });
  return { log, print };
}

function textNodes(root: Node): Node[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Node[] = [];
  while (walker.nextNode()) {
    found.push(walker.currentNode);
  }
  return found;
}

it('adds what a job prints, and leaves what is there and selected as it is', async () => {
  const { log, print } = await openLog();
  const before = textNodes(log);
  const [first] = before;
  document.getSelection()!.setBaseAndExtent(first, 4, first, 7);
  await print('ee\nfour\n');
  await waitFor(() => expect(log).toHaveTextContent('one two three four'));
  expect(document.getSelection()!.toString()).toBe('two');
  expect(textNodes(log).slice(0, before.length)).toEqual(before);
  expect(textNodes(log)[0]).toBe(first);
});

it('draws of a long log what is new alone', async () => {
  const { log, print } = await openLog();
  await print('a line of a long log\n'.repeat(20_000));
  await waitFor(() => expect(log.textContent!.length).toBeGreaterThan(400_000));
  const changes: MutationRecord[] = [];
  const observer = new MutationObserver(found => changes.push(...found));
  observer.observe(log, {
    childList: true,
    characterData: true,
    subtree: true,
  });
  await print('the end\n');
  await waitFor(() => expect(log.textContent).toMatch(/the end\n$/));
  changes.push(...observer.takeRecords());
  const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
  expect(added.map(({ textContent }) => textContent)).toEqual(['the end\n']);
  expect(changes.filter(({ type }) => type === 'characterData')).toEqual([]);
});

it('follows the end, unless I scrolled away from it', async () => {
  const { log, print } = await openLog();
  let height = 1_000;
  Object.defineProperty(log, 'scrollHeight', { get: () => height });
  Object.defineProperty(log, 'clientHeight', { get: () => 300 });
  await print('more\n');
  await waitFor(() => expect(log.scrollTop).toBe(1_000));
  log.scrollTop = 200;
  act(() => {
    log.dispatchEvent(new Event('scroll', { bubbles: true }));
  });
  height = 1_200;
  await print('and more\n');
  await waitFor(() => expect(log).toHaveTextContent(/and more$/));
  expect(log.scrollTop).toBe(200);
  log.scrollTop = 900;
  act(() => {
    log.dispatchEvent(new Event('scroll', { bubbles: true }));
  });
  height = 1_300;
  await print('and more\n');
  await waitFor(() => expect(log.scrollTop).toBe(1_300));
});
