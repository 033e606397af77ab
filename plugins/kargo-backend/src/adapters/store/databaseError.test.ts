import {
  ANSWER_LIMIT_MS,
  answerInTime,
  isDatabaseUnavailable,
} from './databaseError';

describe('a database that cannot be used', () => {
  it.each([
    ['refuses connections', { code: 'ECONNREFUSED' }, true],
    ['is shut down', { code: '57P01', message: 'terminating' }, true],
    ['starts', { code: '57P03' }, true],
    [
      'lost the connection',
      { message: 'Connection terminated unexpectedly' },
      true,
    ],
    ['has no connection left', { code: '53300' }, true],
    [
      'has no connection left in the pool',
      {
        message:
          'Knex: Timeout acquiring a connection. The pool is probably full.',
      },
      true,
    ],
    ['lets a lock wait for too long', { code: '55P03' }, true],
    ['takes too long', { code: '57014' }, true],
    ['is locked by another process', { code: 'SQLITE_BUSY_SNAPSHOT' }, true],
    ['has a full disk', { code: 'SQLITE_FULL' }, true],
    [
      'refuses a value',
      { code: '22021', message: 'invalid byte sequence' },
      false,
    ],
    ['has that key already', { code: '23505' }, false],
    [
      'has that key already, embedded',
      { code: 'SQLITE_CONSTRAINT_UNIQUE' },
      false,
    ],
    ['was asked nonsense', new Error('syntax error'), false],
    ['did not throw an error', undefined, false],
  ])('is known when it %s', (_, error, isUnavailable) => {
    expect(isDatabaseUnavailable(error)).toBe(isUnavailable);
  });

  it('is reported with what to do, and other errors as they are', async () => {
    const refused = Object.assign(new Error('connect'), {
      code: 'ECONNREFUSED',
    });
    await expect(answerInTime(Promise.reject(refused))).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: 'The database is not available: try again in a few seconds',
      cause: refused,
    });
    const other = new Error('other');
    await expect(answerInTime(Promise.reject(other))).rejects.toBe(other);
    await expect(answerInTime(Promise.resolve(1))).resolves.toBe(1);
  });

  it('is given up when it is silent', async () => {
    jest.useFakeTimers();
    try {
      const answer = answerInTime(new Promise(() => undefined));
      jest.advanceTimersByTime(ANSWER_LIMIT_MS);
      await expect(answer).rejects.toMatchObject({
        name: 'ServiceUnavailableError',
        message: 'The database does not answer: try again in a few seconds',
      });
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});
