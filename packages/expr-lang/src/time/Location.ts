import { Boxed } from '../values';
import { secondsFromCivil } from './civil';

/** The offset and abbreviation in force at one instant. */
export interface ZoneAt {
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly abbreviation: string;
  readonly isSummerTime: boolean;
}

const UTC_ZONE: ZoneAt = {
  offset: 0,
  abbreviation: 'UTC',
  isSummerTime: false,
};

const MAX_KNOWN = 1000;
const found = new Map<string, Location>();

/** A time zone: UTC, a zone of the IANA database, or a fixed offset. @public */
export class Location extends Boxed {
  readonly boxed = 'location';

  private constructor(
    readonly name: string,
    private readonly lookUp: (epochSeconds: number) => ZoneAt,
  ) {
    super();
  }

  static readonly utc = new Location('UTC', () => UTC_ZONE);

  /** A zone with one offset for ever; the abbreviation may be empty. */
  static fixed(offset: number, abbreviation: string): Location {
    const zone = { offset, abbreviation, isSummerTime: false };
    return new Location(abbreviation, () => zone);
  }

  /** A zone of the IANA database, undefined when there is none of that name. */
  static find(name: string): Location | undefined {
    if (name === '' || name === 'UTC') return Location.utc;
    const known = found.get(name);
    if (known) return known;
    // Offsets such as `+02:00` are zones to JavaScript, not to the database.
    if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return undefined;
    const zone = ianaZone(name);
    if (!zone) return undefined;
    const location = new Location(name, zone);
    // Names are bounded by the database, yet spellings in any case are accepted.
    if (found.size < MAX_KNOWN) found.set(name, location);
    return location;
  }

  zoneAt(epochSeconds: number): ZoneAt {
    return this.lookUp(epochSeconds);
  }

  /**
   * The instant of a local time given as seconds that would be right in UTC.
   *
   * @remarks
   * A time in a spring-forward gap moves forward by the gap; of the two times
   * in an autumn overlap the first counts.
   */
  toEpoch(localSeconds: number): number {
    const before = this.zoneAt(localSeconds - 86_400).offset;
    const after = this.zoneAt(localSeconds + 86_400).offset;
    const first = localSeconds - before;
    if (this.zoneAt(first).offset === before) return first;
    const second = localSeconds - after;
    return this.zoneAt(second).offset === after ? second : first;
  }

  toString(): string {
    return this.name;
  }
}

function ianaZone(
  name: string,
): ((epochSeconds: number) => ZoneAt) | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    return seconds => readZone(format, seconds);
  } catch {
    // Not a zone of the database: the caller reports it.
    return undefined;
  }
}

// The range of the JavaScript date; zones do not change outside it.
const MAX_SECONDS = 8_640_000_000_000;

/** Reads the offset now and the rest when somebody asks for it: each costs a pass through the formatter. */
function readZone(format: Intl.DateTimeFormat, seconds: number): ZoneAt {
  const instant = Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, seconds));
  const offset = offsetAt(format, instant);
  const { timeZone } = format.resolvedOptions();
  return {
    offset,
    get abbreviation() {
      return abbreviationAt(timeZone, instant, offset);
    },
    get isSummerTime() {
      const year = new Date(instant * 1000).getUTCFullYear();
      const halves = [0, 6].map(month =>
        offsetAt(format, Date.UTC(year, month, 1) / 1000),
      );
      return offset > Math.min(...halves);
    },
  };
}

function offsetAt(format: Intl.DateTimeFormat, seconds: number): number {
  const fields = new Map<string, string>();
  for (const part of format.formatToParts(seconds * 1000)) {
    fields.set(part.type, part.value);
  }
  const read = (type: string) => Number(fields.get(type));
  const isBeforeChrist = fields.get('era')?.startsWith('B') ?? false;
  const local = secondsFromCivil({
    year: isBeforeChrist ? 1 - read('year') : read('year'),
    month: read('month'),
    day: read('day'),
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
  });
  return local - Math.floor(seconds);
}

// Each English-speaking region knows the abbreviations of its own part of the world.
const REGIONS = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA'];
const EASTERN: ReadonlyMap<string, string> = new Map([
  ['Asia/Tokyo', 'JST'],
  ['Asia/Seoul', 'KST'],
  ['Asia/Shanghai', 'CST'],
  ['Europe/Moscow', 'MSK'],
]);

/** The usual letters where some region knows them, otherwise the offset as the database prints it (`+02`). */
function abbreviationAt(
  timeZone: string,
  seconds: number,
  offset: number,
): string {
  const eastern = EASTERN.get(timeZone);
  if (eastern) return eastern;
  for (const region of REGIONS) {
    const name = new Intl.DateTimeFormat(region, {
      timeZone,
      timeZoneName: 'short',
    })
      .formatToParts(seconds * 1000)
      .find(part => part.type === 'timeZoneName')?.value;
    if (name && /^[A-Z]{3,5}$/.test(name)) return name;
  }
  return offsetLetters(offset);
}

function offsetLetters(offset: number): string {
  const minutes = Math.abs(Math.trunc(offset / 60));
  const hours = String(Math.trunc(minutes / 60)).padStart(2, '0');
  const rest = minutes % 60;
  const tail = rest === 0 ? '' : String(rest).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${hours}${tail}`;
}
