import { civilFromDays, daysFromCivil } from './civil';
import { Duration } from './Duration';
import { formatTime, printTime } from './layout';
import { Location } from './Location';
import { parseTime } from './parseTime';
import { Time } from './Time';

const zone = (name: string) => Location.find(name) ?? Location.utc;
const zurich = zone('Europe/Zurich');
const newYork = zone('America/New_York');
const zones = { assumed: Location.utc, local: Location.utc };
const RFC3339 = '2006-01-02T15:04:05Z07:00';

function parsed(text: string, layout = RFC3339): Time {
  const time = parseTime(text, layout, zones);
  if (!time) throw new Error(`${text} is no time`);
  return time;
}

describe('civil dates', () => {
  it('count days back and forth over ten thousand years', () => {
    for (let days = -4_000_000; days < 4_000_000; days += 997) {
      const { year, month, day } = civilFromDays(days);
      expect(daysFromCivil(year, month, day)).toBe(days);
    }
  });
});

describe('Location', () => {
  it.each([
    ['2024-01-15T12:00:00Z', zurich, '2024-01-15 13:00:00 +0100 CET'],
    ['2024-07-15T12:00:00Z', zurich, '2024-07-15 14:00:00 +0200 CEST'],
    ['2024-07-15T12:00:00Z', newYork, '2024-07-15 08:00:00 -0400 EDT'],
    [
      '2024-07-15T12:00:00Z',
      zone('Europe/London'),
      '2024-07-15 13:00:00 +0100 BST',
    ],
    [
      '2024-01-15T12:00:00Z',
      zone('Europe/Athens'),
      '2024-01-15 14:00:00 +0200 EET',
    ],
    [
      '2024-01-15T12:00:00Z',
      zone('Asia/Kathmandu'),
      '2024-01-15 17:45:00 +0545 +0545',
    ],
  ])('shows %s in local time', (text, location, expected) => {
    expect(printTime(parsed(text).in(location))).toBe(expected);
  });

  it.each([
    ['2024-03-31 02:30', '03:30 +0200'],
    ['2024-03-31 01:59', '01:59 +0100'],
    ['2024-10-27 02:30', '02:30 +0200'],
    ['2024-10-27 03:00', '03:00 +0100'],
  ])('reads the local time %s', (text, expected) => {
    const time = parseTime(text, '2006-01-02 15:04', {
      assumed: zurich,
      local: zurich,
    });
    expect(time && formatTime(time, '15:04 -0700')).toBe(expected);
  });

  it.each(['Bad/Zone', '+02:00', '../etc', ' UTC'])('knows no %s', name => {
    expect(Location.find(name)).toBeUndefined();
  });
});

describe('layouts', () => {
  const time = parsed('2024-05-06T07:08:09.012Z');

  it.each([
    ['Mon Jan _2 15:04:05 2006', 'Mon May  6 07:08:09 2024'],
    ['3:4:5pm', '7:8:9am'],
    ['.000 .999999 ,00', '.012 .012 ,01'],
    ['002 __2 06 1', '127 127 24 5'],
    ['Z07:00 -07:00 Z0700 -07', 'Z +00:00 Z +00'],
    ['Month', 'Month'],
    ['Janet', 'Janet'],
  ])('print %s', (layout, expected) => {
    expect(formatTime(time, layout)).toBe(expected);
  });

  it.each([
    ['May 6, 2024', 'Jan 2, 2006', '2024-05-06'],
    ['may  6, 2024', 'Jan 2, 2006', '2024-05-06'],
    ['2024 127', '2006 002', '2024-05-06'],
    ['68', '06', '2068-01-01'],
    ['69', '06', '1969-01-01'],
    ['2024-02-29', '2006-01-02', '2024-02-29'],
  ])('read %s', (text, layout, expected) => {
    expect(formatTime(parsed(text, layout), '2006-01-02')).toBe(expected);
  });

  it.each([
    ['12AM', '3PM', '00:00:00'],
    ['12pm', '03pm', '12:00:00'],
    ['1PM', '3PM', '13:00:00'],
    ['11AM', '3PM', '11:00:00'],
    ['0:5:9', '15:4:5', '00:05:09'],
    ['07:08:09,5', '15:04:05', '07:08:09.5'],
    ['07:08:09.012', '15:04:05.000', '07:08:09.012'],
    ['07:08:09', '15:04:05.999', '07:08:09'],
  ])('read %s by %s', (text, layout, expected) => {
    expect(formatTime(parsed(text, layout), '15:04:05.999')).toBe(expected);
  });

  it.each([
    ['2024-5-6', '2006-1-2', '2024-05-06'],
    ['June 7 2024', 'January 2 2006', '2024-06-07'],
    ['Tue  7 Jun 24', 'Mon _2 Jan 06', '2024-06-07'],
    ['Wednesday, 07-Jun-24', 'Monday, 02-Jan-06', '2024-06-07'],
    ['2024   1', '2006 __2', '2024-01-01'],
    ['2024 42', '2006__2', '2024-02-11'],
    ['2023 365', '2006 __2', '2023-12-31'],
    ['2024-02-29 060', '2006-01-02 002', '2024-02-29'],
  ])('read the date %s by %s', (text, layout, expected) => {
    expect(formatTime(parsed(text, layout), '2006-01-02')).toBe(expected);
  });

  // What is known of a zone: its offset; else its name, which alone says nothing.
  it.each([
    ['07:00 UTC', 'MST', '07:00 07:00 +0000 UTC'],
    ['07:00 GMT', 'MST', '07:00 07:00 +0000 GMT'],
    ['07:00 PST', 'MST', '07:00 07:00 +0000 PST'],
    ['07:00 GMT-5', 'MST', '07:00 02:00 -0500 GMT-5'],
    ['07:00 +03', 'MST', '07:00 07:00 +0000 +03'],
    ['07:00 EDT', 'MST', '11:00 07:00 -0400 EDT'],
    ['07:00 EST', 'MST', '12:00 08:00 -0400 EDT'],
    ['07:00 WITA', 'MST', '07:00 07:00 +0000 WITA'],
    ['07:00 -04:00', '-07:00', '11:00 07:00 -0400 EDT'],
    ['07:00 +05:30', '-07:00', '01:30 07:00 +0530 +0530'],
    ['07:00 -0130', 'Z0700', '08:30 07:00 -0130 -0130'],
    ['07:00 +00:60', 'Z07:00', '06:00 07:00 +0100 +0100'],
    ['07:00 +02:00:30', '-07:00:00', '04:59 07:00 +0200 +0200'],
  ])('read the zone of %s by %s', (text, layout, expected) => {
    const read = parseTime(`2024-07-15 ${text}`, `2006-01-02 15:04 ${layout}`, {
      assumed: Location.utc,
      local: newYork,
    });
    const shown = read && formatTime(read, '15:04 -0700 MST');
    expect(
      read && `${formatTime(read.in(Location.utc), '15:04')} ${shown}`,
    ).toBe(expected);
  });

  it.each([
    ['2023-02-29', '2006-01-02'],
    ['2023-04-31', '2006-01-02'],
    ['2023 366', '2006 002'],
    ['2024-13', '2006-01'],
    ['2024-02-28 060', '2006-01-02 002'],
    ['12:60', '15:04'],
    ['12:30:60', '15:04:05'],
    ['1:5', '15:04'],
    ['07:08:09.01', '15:04:05.000'],
    ['07:00 GMT+24', '15:04 MST'],
    ['07:00 +24', '15:04 MST'],
    ['07:00 ABCDE', '15:04 MST'],
    ['07:00 +25:00', '15:04 -07:00'],
    ['07:00 +00:61', '15:04 -07:00'],
    ['1PM', '3pm'],
    ['24:00', '15:04'],
    ['13PM', '3PM'],
    ['2024-05-06x', '2006-01-02'],
    ['2024-05-06 1', '2006-01-02 15:04'],
    ['2024 060', '2006-01 002'],
  ])('refuse %s by %s', (text, layout) => {
    expect(parseTime(text, layout, zones)).toBeUndefined();
  });

  it('print what they read again', () => {
    for (const text of [
      '2024-05-06T07:08:09.000000001+05:30',
      '0001-01-01T00:00:00Z',
    ]) {
      expect(
        formatTime(parsed(text), '2006-01-02T15:04:05.999999999Z07:00'),
      ).toBe(text);
    }
  });
});

describe('Time', () => {
  const time = parsed('2024-01-31T12:00:00Z');

  it.each([
    [0, 1, 0, '2024-03-02'],
    [0, -2, 0, '2023-12-01'],
    [1, 0, 29, '2025-03-01'],
    [-2024, 0, 0, '0000-01-31'],
  ])('moves by %i years, %i months and %i days', (y, m, d, expected) => {
    expect(formatTime(time.addDate(y, m, d), '2006-01-02')).toBe(expected);
  });

  it('bounds the distance of two instants', () => {
    const first = parsed('0001-01-01T00:00:00Z');
    expect(time.since(first).nanoseconds).toBe(2n ** 63n - 1n);
    expect(first.since(time).nanoseconds).toBe(-(2n ** 63n));
  });

  it('knows the zero instant', () => {
    expect(parsed('0001-01-01T00:00:00Z').isZero).toBe(true);
    expect(time.isZero).toBe(false);
  });
});

describe('Duration', () => {
  it.each([
    ['1h30m', '1h30m0s'],
    ['-1.5h', '-1h30m0s'],
    ['1.5ms', '1.5ms'],
    ['100us', '100µs'],
    ['0', '0s'],
    ['+5s', '5s'],
    ['.5s', '500ms'],
    ['1m0.000000001s', '1m0.000000001s'],
  ])('reads %s', (text, expected) => {
    expect(Duration.parse(text)?.toString()).toBe(expected);
  });

  it.each(['', '1', '1d', '1h 2m', '-', '.s', '9223372037s', '1hh'])(
    'refuses %j',
    text => {
      expect(Duration.parse(text)).toBeUndefined();
    },
  );

  it.each([
    ['1h45m', '1h', '2h0m0s', '1h0m0s'],
    ['-1h30m', '1h', '-2h0m0s', '-1h0m0s'],
    ['1h29m', '1h', '1h0m0s', '1h0m0s'],
    ['5s', '0', '5s', '5s'],
  ])('rounds and truncates %s to %s', (text, unit, rounded, cut) => {
    const duration = Duration.parse(text);
    const step = Duration.parse(unit);
    expect(step && duration?.round(step).toString()).toBe(rounded);
    expect(step && duration?.truncate(step).toString()).toBe(cut);
  });
});
