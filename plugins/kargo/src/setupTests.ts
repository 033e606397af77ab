import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// A busy machine takes its time; nothing here waits for time to pass.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 30_000 });

// jsdom has no layout: what measures gets an observer that never fires.
class SilentResizeObserver implements ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

globalThis.ResizeObserver ??= SilentResizeObserver;
