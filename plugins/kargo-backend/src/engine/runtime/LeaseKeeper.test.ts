import { createDeferred } from '../../adapters/processes/helper/deferred';
import { Claim, WorkQueue } from '../../ports/WorkQueue';
import { Attempt } from './Attempt';
import { LeaseKeeper } from './LeaseKeeper';
import { mockLogger } from '../../testing/mockLogger';

const CLAIM: Claim = {
  key: { kind: 'Stage', namespace: 'demo', name: 'test' },
  wanted: '1',
  lease: 'lease',
  attempts: 0,
  delayMs: 0,
};

describe('LeaseKeeper', () => {
  it('prolongs the lease of work that begins just when the last one has ended', async () => {
    const clock = {
      now: () => 0,
      monotonic: () => 0,
      // Until somebody asks.
      sleep: (_ms: number, signal?: AbortSignal) =>
        new Promise<void>((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    };
    const running: Attempt[] = [];
    const prolonged = createDeferred<readonly Claim[]>();
    const extend: WorkQueue['extend'] = async claims => {
      prolonged.resolve(claims);
      running.length = 0;
      return claims.map(() => 'ours');
    };
    const keeper = LeaseKeeper.create({
      queue: { extend } as WorkQueue,
      clock,
      logger: mockLogger(),
      leaseMs: 1000,
      heartbeatMs: 100,
      attempts: () => {
        if (running.length === 0) {
          queueMicrotask(() => {
            running.push(Attempt.create(CLAIM, clock));
            keeper.keep();
          });
          return [];
        }
        return running;
      },
      stopReason: async () => undefined,
    });
    keeper.keep();
    keeper.askNow();
    await new Promise(setImmediate);
    keeper.askNow();
    await expect(prolonged.promise).resolves.toEqual([CLAIM]);
  });
});
