const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** From this age on (milliseconds), the whole units to show; the second unit may be zero and is left out then. */
const FORMATS: ReadonlyArray<{
  under: number;
  units: ReadonlyArray<readonly [size: number, letter: string]>;
}> = [
  { under: 2 * MINUTE, units: [[SECOND, 's']] },
  {
    under: 10 * MINUTE,
    units: [
      [MINUTE, 'm'],
      [SECOND, 's'],
    ],
  },
  { under: 3 * HOUR, units: [[MINUTE, 'm']] },
  {
    under: 8 * HOUR,
    units: [
      [HOUR, 'h'],
      [MINUTE, 'm'],
    ],
  },
  { under: 2 * DAY, units: [[HOUR, 'h']] },
  {
    under: 8 * DAY,
    units: [
      [DAY, 'd'],
      [HOUR, 'h'],
    ],
  },
  { under: 2 * YEAR, units: [[DAY, 'd']] },
  {
    under: 8 * YEAR,
    units: [
      [YEAR, 'y'],
      [DAY, 'd'],
    ],
  },
];

const ANY_AGE = { units: [[YEAR, 'y']] as const };

/**
 * Tells the time since a timestamp (RFC 3339) as `kubectl` does: `12m`, `3d4h`.
 *
 * @returns `<unknown>` for what is no timestamp; a time to come is an age of `0s`.
 */
export function formatAge(timestamp: string | undefined, now: Date): string {
  const then = Date.parse(timestamp ?? '');
  if (Number.isNaN(then)) {
    return '<unknown>';
  }
  const age = Math.max(0, now.getTime() - then);
  const { units } = FORMATS.find(({ under }) => age < under) ?? ANY_AGE;
  let rest = age;
  return units
    .map(([size, letter], index) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count === 0 && index > 0 ? '' : `${count}${letter}`;
    })
    .join('');
}
