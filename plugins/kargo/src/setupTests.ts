import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';
import { checkNamesFirst } from '../dev/testing/checkNamesFirst';
import { takeUnknownCalls } from '../dev/testing/completeApi';

// A busy machine takes its time; nothing here waits for time to pass.
jest.setTimeout(120_000);
configure({ asyncUtilTimeout: 60_000 });

checkNamesFirst(document);

// jsdom has no layout: what measures gets an observer that never fires.
class SilentResizeObserver implements ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

globalThis.ResizeObserver ??= SilentResizeObserver;

// What the interface shows of a failed call may hide that the fake does not have it.
afterEach(() => {
  const calls = takeUnknownCalls();
  if (calls.length > 0) {
    throw new Error(`FakeKargoApi does not know ${calls.join(', ')}`);
  }
});

// jsdom lays nothing out; the editor of manifests asks where its text stands.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
