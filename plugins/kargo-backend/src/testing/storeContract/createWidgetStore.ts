import type { CreateStore, StoreFixture, StoreOptions } from './StoreFixture';
import { FakeClock } from '../FakeClock';
import { wakeWidgets, WIDGET_INDEXES } from './widgets';

/** Creates a store of widgets whose time is the test's. */
export async function createWidgetStore(
  create: CreateStore,
  options: Partial<StoreOptions> = {},
): Promise<StoreFixture & { clock: FakeClock }> {
  const clock = options.clock ?? FakeClock.create('2026-01-01T00:00:00Z');
  const fixture = await create({
    clock,
    indexes: WIDGET_INDEXES,
    wakeups: wakeWidgets,
    historyLimit: 10_000,
    historyBytes: 64 * 1024 * 1024,
    pollIntervalMs: 1_000,
    bookmarkAfterMs: 30_000,
    ...options,
  });
  return { ...fixture, clock };
}
