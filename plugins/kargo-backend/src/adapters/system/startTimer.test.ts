import { startTimer } from './startTimer';

const DAY_MS = 24 * 3_600_000;

describe('startTimer', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it.each([1, 24 * DAY_MS, 25 * DAY_MS, 365 * DAY_MS])(
    'calls back after %d milliseconds, and once',
    milliseconds => {
      const callback = jest.fn();
      startTimer(milliseconds, callback);
      jest.advanceTimersByTime(milliseconds - 1);
      expect(callback).toHaveBeenCalledTimes(0);
      jest.advanceTimersByTime(2);
      expect(callback).toHaveBeenCalledTimes(1);
      jest.advanceTimersByTime(milliseconds);
      expect(callback).toHaveBeenCalledTimes(1);
      expect(jest.getTimerCount()).toBe(0);
    },
  );

  it('ends when it is not needed any more, however much of it is left', () => {
    const callback = jest.fn();
    const end = startTimer(365 * DAY_MS, callback);
    jest.advanceTimersByTime(100 * DAY_MS);
    end();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(365 * DAY_MS);
    expect(callback).not.toHaveBeenCalled();
  });

  it('asks Node for no time that has passed', () => {
    const asked = jest.spyOn(globalThis, 'setTimeout');
    const callback = jest.fn();
    startTimer(-5, callback);
    expect(asked).toHaveBeenCalledWith(expect.any(Function), 0);
    jest.advanceTimersByTime(0);
    expect(callback).toHaveBeenCalledTimes(1);
  });
});
