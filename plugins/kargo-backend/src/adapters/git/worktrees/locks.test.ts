import { createDeferred } from '../../processes/helper/deferred';
import { KeyedLock } from './locks';

describe('KeyedLock', () => {
  it('lets who is not wanted any more go at once, and nobody in before it is their turn', async () => {
    const locks = new KeyedLock();
    const done: string[] = [];
    const push = createDeferred<void>();
    const first = locks.run('main', async () => {
      await push.promise;
      done.push('first');
    });
    const stop = new AbortController();
    const second = locks.run(
      'main',
      async () => done.push('second'),
      stop.signal,
    );
    const third = locks.run('main', async () => done.push('third'));
    stop.abort(new Error('aborted by hand'));
    await expect(second).rejects.toThrow('aborted by hand');
    expect(done).toEqual([]);
    push.reject(new Error('the host is down'));
    await expect(first).rejects.toThrow('the host is down');
    await third;
    expect(done).toEqual(['third']);
  });
});
