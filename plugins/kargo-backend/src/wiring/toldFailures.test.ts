import { mockLogger } from '../testing/mockLogger';
import { toldFailures } from './toldFailures';

describe('toldFailures', () => {
  const { signal } = new AbortController();

  it('tells why a task has failed, and fails', async () => {
    const logger = mockLogger();
    const failure = new Error('The database is not available');
    const task = toldFailures(logger, 'Failed to clear away', async () => {
      throw failure;
    });
    await expect(task(signal)).rejects.toBe(failure);
    expect(logger.error.mock.calls).toEqual([
      ['Failed to clear away', failure],
    ]);
  });

  it('says nothing of one that went well, which is told when to stop', async () => {
    const logger = mockLogger();
    const told: AbortSignal[] = [];
    await toldFailures(logger, 'Failed', async given => told.push(given))(
      signal,
    );
    expect(told).toEqual([signal]);
    expect(logger.error).not.toHaveBeenCalled();
  });
});
