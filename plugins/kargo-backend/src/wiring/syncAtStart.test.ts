import { FakeClock } from '../testing/FakeClock';
import { syncAtStart } from './syncAtStart';
import { mockLogger } from '../testing/mockLogger';

describe('configured manifests, when the portal starts,', () => {
  let clock: FakeClock;
  const logger = mockLogger();
  const { signal } = new AbortController();

  beforeEach(() => {
    jest.clearAllMocks();
    clock = FakeClock.create();
  });

  const start = (run: () => Promise<never>) =>
    syncAtStart({ sync: { run }, clock, logger, signal });

  it('are waited for', async () => {
    let apply = (_: unknown) => {};
    let isStarted = false;
    const starting = start(
      () =>
        new Promise(resolve => {
          apply = resolve as typeof apply;
        }),
    ).then(() => {
      isStarted = true;
    });
    await clock.advance(19_000);
    expect(isStarted).toBe(false);
    apply({});
    await starting;
    expect(clock.sleepers).toBe(0);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('do not keep the portal from starting when a location does not answer', async () => {
    const starting = start(() => new Promise(() => {}));
    await clock.advance(20_000);
    await starting;
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });

  it('do not keep it from starting when they cannot be applied', async () => {
    await start(async () => {
      throw new Error('no such thing');
    });
    expect(logger.error).toHaveBeenCalledTimes(1);
  });
});
