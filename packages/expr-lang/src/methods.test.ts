import { evaluate } from './evaluate';

const NOW = new Date('2024-07-15T12:00:00.5Z');

/** Evaluates with `t`, `d` and `z`: a Thursday with nanoseconds, a negative span and a zone. */
const run = (source: string) =>
  evaluate(
    `let t = date('2024-05-09T07:29:59.123456789Z'); let d = duration('-90m0.0015s'); let z = timezone('Europe/Zurich'); ${source}`,
    {},
    { now: NOW, timezone: 'Europe/Zurich' },
  );

describe('methods', () => {
  it.each<[string, unknown]>([
    ['t.Year()', 2024n],
    ['t.Month().String()', 'May'],
    ['int(t.Month())', 5n],
    ['t.Day()', 9n],
    ['t.Hour()', 7n],
    ['t.Minute()', 29n],
    ['t.Second()', 59n],
    ['t.Nanosecond()', 123456789n],
    ['t.YearDay()', 130n],
    ['t.Weekday().String()', 'Thursday'],
    ['int(t.Weekday())', 4n],
    ['t.Unix()', 1715239799n],
    ['t.UnixMilli()', 1715239799123n],
    ['t.UnixMicro()', 1715239799123456n],
    ['t.UnixNano()', 1715239799123456789n],
    ["date('1969-12-31T23:59:59.9Z').Unix()", -1n],
    ["date('1969-12-31T23:59:59.9Z').UnixMilli()", -100n],
    // Of several results the first one.
    ['t.Date()', 2024n],
    ['t.Clock()', 7n],
    ['t.In(z).Zone()', 'CEST'],
    ["date('2024-12-29').ISOWeek()", 2024n],
    ["date('2024-12-30').ISOWeek()", 2025n],
    ["date('2023-01-01').ISOWeek()", 2022n],
    ["date('2023-01-02').ISOWeek()", 2023n],
  ])('read of a time %s', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it.each<[string, string]>([
    ['t.String()', '2024-05-09 07:29:59.123456789 +0000 UTC'],
    ['t.In(z).String()', '2024-05-09 09:29:59.123456789 +0200 CEST'],
    ['t.In(z).UTC().String()', '2024-05-09 07:29:59.123456789 +0000 UTC'],
    ['t.Local().String()', '2024-05-09 09:29:59.123456789 +0200 CEST'],
    ['now().String()', '2024-07-15 14:00:00.5 +0200 CEST'],
    ["t.In(timezone('Local')).Format('15:04')", '09:29'],
    ['t.Location().String()', 'UTC'],
    ['t.In(z).Location().String()', 'Europe/Zurich'],
    ["t.Add(d).Format('15:04:05.000')", '05:59:59.121'],
    ['t.AddDate(0, 1, 22).String()', '2024-07-01 07:29:59.123456789 +0000 UTC'],
    ["t.Sub(date('2024-05-09T07:30:00Z')).String()", '-876.543211ms'],
    // Halves go up, and what is counted from is the year 1.
    ["t.Round(duration('1h')).String()", '2024-05-09 07:00:00 +0000 UTC'],
    [
      "date('2024-05-09T07:30:00Z').Round(duration('1h')).String()",
      '2024-05-09 08:00:00 +0000 UTC',
    ],
    ["t.Truncate(duration('1m')).String()", '2024-05-09 07:29:00 +0000 UTC'],
    ["t.Truncate(duration('168h')).String()", '2024-05-06 00:00:00 +0000 UTC'],
    [
      "t.In(z).Truncate(duration('24h')).String()",
      '2024-05-09 02:00:00 +0200 CEST',
    ],
    [
      "date('07:08:09').Truncate(duration('24h')).String()",
      '0000-01-01 00:00:00 +0000 UTC',
    ],
    [
      "date('07:08:09').Round(duration('24h')).String()",
      '0000-01-01 00:00:00 +0000 UTC',
    ],
    ["t.Round(duration('0s')) == t ? 'same' : 'other'", 'same'],
    ["t.Truncate(duration('-1h')) == t ? 'same' : 'other'", 'same'],
  ])('tell of a time %s', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it.each<[string, unknown]>([
    ["t.After(date('2024-05-09'))", true],
    ['t.After(t)', false],
    ["t.Before(date('2024-05-09'))", false],
    ['t.Before(t)', false],
    ['t.In(z).Equal(t)', true],
    ["t.Compare(date('2024-05-09'))", 1n],
    ["date('2024-05-09').Compare(t)", -1n],
    ['t.Compare(t.In(z))', 0n],
    ['t.IsZero()', false],
    ["date('0001-01-01').IsZero()", true],
    ['t.In(z).IsDST()', true],
    ["date(z, '2024-01-15 12:00:00').IsDST()", false],
    ["date(timezone('Australia/Sydney'), '2024-01-15 12:00:00').IsDST()", true],
    ['t.IsDST()', false],
  ])('compare times: %s', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it.each<[string, unknown]>([
    ["duration('-90m').Hours()", -1.5],
    ["duration('90m').Hours()", 1.5],
    ["duration('90s').Minutes()", 1.5],
    ["duration('1500ms').Seconds()", 1.5],
    ['d.Milliseconds()', -5400001n],
    ['d.Microseconds()', -5400001500n],
    ['d.Nanoseconds()', -5400001500000n],
    ['d.String()', '-1h30m0.0015s'],
    ['d.Abs().String()', '1h30m0.0015s'],
    ['d.Abs().Abs() == d.Abs()', true],
    ["d.Round(duration('1h')).String()", '-2h0m0s'],
    ["d.Truncate(duration('1h')).String()", '-1h0m0s'],
    ['z.String()', 'Europe/Zurich'],
  ])('of a duration and a zone: %s', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it.each([
    ["t.Add('24h')", 'check'],
    ["t.After('2024-01-01')", 'check'],
    ['t.AddDate(0, 1.0, 0)', 'check'],
    ['t.AddDate(0, n ?? 1, 0)', 'run'],
    ['t.year()', 'check'],
    ['d.Days()', 'check'],
    ['t.Month() + 1', 'check'],
    ["now('x')", 'check'],
  ])('%s fails at stage %s', (source, stage) => {
    const env = { n: 1 };
    const whole = `let t = date('2024-05-09'); let d = duration('1h'); ${source}`;
    expect(() => evaluate(whole, env, { now: NOW })).toThrow(
      expect.objectContaining({ stage }),
    );
  });
});
