import '@testing-library/jest-dom';

// jsdom has no layout: what measures gets an observer that never fires.
class SilentResizeObserver implements ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

globalThis.ResizeObserver ??= SilentResizeObserver;
