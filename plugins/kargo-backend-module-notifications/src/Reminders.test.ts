import { Reminders } from './Reminders';

const DAY = 86_400_000;

describe('Reminders', () => {
  let reminders: Reminders;
  const called: string[] = [];

  beforeEach(() => {
    jest.useFakeTimers();
    called.length = 0;
    reminders = Reminders.create({ now: () => Date.now() });
  });
  afterEach(() => {
    reminders.stop();
    jest.useRealTimers();
  });

  const at = (days: number, name: string, says = name) =>
    reminders.at(Date.now() + days * DAY, name, () => called.push(says));

  it('call when it is time, however late that is', () => {
    at(60, 'late');
    at(0.5, 'soon');
    at(-1, 'past');
    jest.advanceTimersByTime(1);
    expect(called).toEqual(['past']);
    jest.advanceTimersByTime(DAY);
    expect(called).toEqual(['past', 'soon']);
    jest.advanceTimersByTime(58 * DAY);
    expect(called).toEqual(['past', 'soon']);
    jest.advanceTimersByTime(DAY);
    expect(called).toEqual(['past', 'soon', 'late']);
  });

  it('call once of what has one name', () => {
    at(1, 'same', 'first');
    at(1, 'same', 'second');
    jest.advanceTimersByTime(2 * DAY);
    expect(called).toEqual(['second']);
  });

  it('call no more when they are stopped', () => {
    at(1, 'one');
    reminders.stop();
    jest.advanceTimersByTime(2 * DAY);
    expect(called).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
