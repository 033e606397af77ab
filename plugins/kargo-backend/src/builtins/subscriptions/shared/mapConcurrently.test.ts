import { mapConcurrently } from './mapConcurrently';

const { signal } = new AbortController();

describe('mapConcurrently', () => {
  it('keeps the order of the items and the bound', async () => {
    let running = 0;
    let most = 0;
    const results = await mapConcurrently(
      [5, 1, 4, 2, 3],
      { limit: 2, signal },
      async item => {
        running += 1;
        most = Math.max(most, running);
        for (let turn = 0; turn < item; turn++) await Promise.resolve();
        running -= 1;
        return item * 10;
      },
    );
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('has nothing to do for nothing', async () => {
    await expect(
      mapConcurrently([], { limit: 2, signal }, async item => item),
    ).resolves.toEqual([]);
  });

  it('starts nothing after a failure, and tells what is under way', async () => {
    const started: number[] = [];
    const aborted: number[] = [];
    const call = mapConcurrently(
      [1, 2, 3, 4],
      { limit: 2, signal },
      async (item, inner) => {
        started.push(item);
        if (item === 1) throw new Error('broken');
        await new Promise(resolve => {
          inner.addEventListener('abort', resolve);
        });
        aborted.push(item);
        throw inner.reason;
      },
    );
    await expect(call).rejects.toThrow('broken');
    expect(started).toEqual([1, 2]);
    expect(aborted).toEqual([2]);
  });

  it('ends with the reason of the caller', async () => {
    await expect(
      mapConcurrently(
        [1],
        { limit: 1, signal: AbortSignal.abort(new Error('enough')) },
        async item => item,
      ),
    ).rejects.toThrow('enough');
  });
});
