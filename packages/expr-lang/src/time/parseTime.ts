import {
  CivilTime,
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  secondsFromCivil,
} from './civil';
import { LayoutElement, LayoutPart, parseLayout } from './layout';
import { Location } from './Location';
import { MONTHS, WEEKDAYS } from './names';
import { Time } from './Time';

/** Where texts without a zone are, and whose abbreviations are known. */
export interface ParseZones {
  /** Zone of texts that name none. */
  readonly assumed: Location;
  /** Zone whose abbreviations and offsets are recognised. */
  readonly local: Location;
}

interface Fields {
  year: number;
  month: number | undefined;
  day: number | undefined;
  yearDay: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  half: 'am' | 'pm' | undefined;
  /** Seconds east of UTC. */
  offset: number | undefined;
  abbreviation: string;
  isUtc: boolean;
}

/** Raised inside this file when a text does not follow its layout; one for all, which is cheap. */
const MISMATCH = new Error('The text does not follow the layout');

const TWO = /[0-9]{2}/y;
const ONE_OR_TWO = /[0-9]{1,2}/y;
const OFFSETS: ReadonlyMap<string, RegExp> = new Map([
  ['07', /[+-][0-9]{2}/y],
  ['0700', /[+-][0-9]{4}/y],
  ['07:00', /[+-][0-9]{2}:[0-9]{2}/y],
  ['070000', /[+-][0-9]{6}/y],
  ['07:00:00', /[+-][0-9]{2}:[0-9]{2}:[0-9]{2}/y],
]);

class Reader {
  private at = 0;
  private readonly fields: Fields = {
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    half: undefined,
    offset: undefined,
    abbreviation: '',
    isUtc: false,
  };

  constructor(private readonly text: string) {}

  read(parts: readonly LayoutPart[]): Fields {
    parts.forEach((part, i) => {
      if ('literal' in part) {
        this.literal(part.literal);
        return;
      }
      this.element(part.element, part.text);
      const isSecond = part.element === '05' || part.element === '5';
      const next = parts[i + 1];
      const fractionFollows =
        next !== undefined && 'element' in next && next.element === 'fraction';
      if (isSecond && !fractionFollows) this.fraction('.9');
    });
    if (this.at < this.text.length) throw MISMATCH;
    return this.fields;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private expect(pattern: RegExp): string {
    const found = this.match(pattern);
    if (found === undefined) throw MISMATCH;
    return found;
  }

  private digits(pattern: RegExp, least: number, most: number): number {
    const value = Number(this.expect(pattern));
    if (value < least || value > most) throw MISMATCH;
    return value;
  }

  /** Blanks of the layout stand for any number of blanks in the text. */
  private literal(literal: string): void {
    for (const piece of literal.match(/ +|[^ ]+/g) ?? []) {
      if (piece.startsWith(' ')) {
        if (this.at < this.text.length) this.expect(/ +/y);
      } else if (this.text.startsWith(piece, this.at)) {
        this.at += piece.length;
      } else {
        throw MISMATCH;
      }
    }
  }

  private name(names: readonly string[], length?: number): number {
    const rest = this.text.slice(this.at, this.at + 9).toLowerCase();
    const index = names.findIndex(name =>
      rest.startsWith(name.slice(0, length).toLowerCase()),
    );
    if (index < 0) throw MISMATCH;
    this.at += names[index].slice(0, length).length;
    return index;
  }

  private element(element: LayoutElement, text: string): void {
    const { fields } = this;
    switch (element) {
      case '2006':
        fields.year = this.digits(/[0-9]{4}/y, 0, 9999);
        break;
      case '06': {
        const short = this.digits(/[0-9]{2}/y, 0, 99);
        fields.year = short >= 69 ? 1900 + short : 2000 + short;
        break;
      }
      case 'January':
        fields.month = this.name(MONTHS) + 1;
        break;
      case 'Jan':
        fields.month = this.name(MONTHS, 3) + 1;
        break;
      case '01':
        fields.month = this.digits(TWO, 1, 12);
        break;
      case '1':
        fields.month = this.digits(ONE_OR_TWO, 1, 12);
        break;
      case 'Monday':
        this.name(WEEKDAYS);
        break;
      case 'Mon':
        this.name(WEEKDAYS, 3);
        break;
      case '02':
        fields.day = this.digits(TWO, 1, 31);
        break;
      case '_2':
      case '2':
        if (element === '_2') this.match(/ /y);
        fields.day = this.digits(ONE_OR_TWO, 1, 31);
        break;
      case '002':
        fields.yearDay = this.digits(/[0-9]{3}/y, 1, 366);
        break;
      case '__2':
        this.match(/ {1,2}/y);
        fields.yearDay = this.digits(/[0-9]{1,3}/y, 1, 366);
        break;
      default:
        this.clock(element, text);
    }
  }

  private clock(element: LayoutElement, text: string): void {
    const { fields } = this;
    switch (element) {
      case '15':
        fields.hour = this.digits(ONE_OR_TWO, 0, 23);
        break;
      case '03':
        fields.hour = this.digits(TWO, 0, 12);
        break;
      case '3':
        fields.hour = this.digits(ONE_OR_TWO, 0, 12);
        break;
      case '04':
        fields.minute = this.digits(TWO, 0, 59);
        break;
      case '4':
        fields.minute = this.digits(ONE_OR_TWO, 0, 59);
        break;
      case '05':
        fields.second = this.digits(TWO, 0, 59);
        break;
      case '5':
        fields.second = this.digits(ONE_OR_TWO, 0, 59);
        break;
      case 'PM':
        fields.half = this.expect(/AM|PM/y) === 'PM' ? 'pm' : 'am';
        break;
      case 'pm':
        fields.half = this.expect(/am|pm/y) === 'pm' ? 'pm' : 'am';
        break;
      case 'MST':
        this.abbreviation();
        break;
      case 'zone':
        this.offset(text);
        break;
      default:
        this.fraction(text);
    }
  }

  /** `.000` wants exactly so many digits, `.999` takes any number of them or none. */
  private fraction(text: string): void {
    const isFixed = text[1] === '0';
    const found = this.match(/[.,][0-9]+/y);
    if (found === undefined && !isFixed) return;
    if (isFixed && found?.length !== text.length) throw MISMATCH;
    const digits = (found ?? '').slice(1, 10).padEnd(9, '0');
    this.fields.nanosecond = Number(digits);
  }

  private offset(text: string): void {
    if (text.startsWith('Z') && this.match(/Z/y)) {
      this.fields.isUtc = true;
      return;
    }
    const pattern = OFFSETS.get(text.slice(1));
    if (!pattern) throw MISMATCH;
    const [sign, ...digits] = this.expect(pattern).replaceAll(':', '');
    const part = (from: number) =>
      Number(digits.slice(from, from + 2).join('') || '0');
    // Upstream: some write 24 hours or 60 minutes.
    if (part(0) > 24 || part(2) > 60 || part(4) > 60) throw MISMATCH;
    const seconds = part(0) * 3600 + part(2) * 60 + part(4);
    this.fields.offset = sign === '-' ? -seconds : seconds;
  }

  private abbreviation(): void {
    if (this.match(/UTC/y)) {
      this.fields.isUtc = true;
      return;
    }
    const name = this.expect(
      /ChST|MeST|GMT[+-][0-9]{1,2}|[+-][0-9]{2}|WITA|[A-Z]{3,4}T(?![A-Z])|[A-Z]{3}(?![A-Z])/y,
    );
    if (Number(/[0-9]+$/.exec(name)?.[0] ?? 0) > 23) throw MISMATCH;
    this.fields.abbreviation = name;
  }
}

/** Parses a text by a layout; undefined when it does not follow it or is no possible time. */
export function parseTime(
  text: string,
  layout: string,
  zones: ParseZones,
): Time | undefined {
  try {
    return build(new Reader(text).read(parseLayout(layout)), zones);
  } catch (error) {
    if (error === MISMATCH) return undefined;
    throw error;
  }
}

function build(fields: Fields, zones: ParseZones): Time {
  const civil = civilOf(fields);
  const { abbreviation, nanosecond, offset } = fields;
  const asUtc = secondsFromCivil(civil);
  if (fields.isUtc) return new Time(asUtc, nanosecond, Location.utc);
  if (offset !== undefined) {
    const seconds = asUtc - offset;
    const here = zones.local.zoneAt(seconds).offset === offset;
    const location = here ? zones.local : Location.fixed(offset, abbreviation);
    return new Time(seconds, nanosecond, location);
  }
  if (abbreviation) return named(asUtc, fields, zones.local);
  return Time.fromCivil(civil, nanosecond, zones.assumed);
}

/**
 * Abbreviations that are not in force here are accepted and count as UTC.
 *
 * Upstream: hours behind `GMT` say only how the time is shown.
 */
function named(asUtc: number, fields: Fields, local: Location): Time {
  const { abbreviation, nanosecond } = fields;
  const halfYear = 182 * 86_400;
  for (const around of [0, halfYear, -halfYear]) {
    const zone = local.zoneAt(asUtc + around);
    if (zone.abbreviation === abbreviation) {
      return new Time(asUtc - zone.offset, nanosecond, local);
    }
  }
  const hours = /^GMT([+-][0-9]+)$/.exec(abbreviation)?.[1];
  const location = Location.fixed(Number(hours ?? 0) * 3600, abbreviation);
  return new Time(asUtc, nanosecond, location);
}

function civilOf(fields: Fields): CivilTime {
  const { year, minute, second } = fields;
  const date = dateOf(fields);
  if (date.day > daysInMonth(year, date.month)) throw MISMATCH;
  return { year, ...date, hour: hourOf(fields), minute, second };
}

function dateOf(fields: Fields): { month: number; day: number } {
  const { year, month, day, yearDay } = fields;
  if (yearDay === undefined) return { month: month ?? 1, day: day ?? 1 };
  const date = civilFromDays(daysFromCivil(year, 1, 1) + yearDay - 1);
  const contradicts =
    date.year !== year ||
    (month !== undefined && month !== date.month) ||
    (day !== undefined && day !== date.day);
  if (contradicts) throw MISMATCH;
  return { month: date.month, day: date.day };
}

function hourOf({ half, hour }: Fields): number {
  if (half === 'pm' && hour < 12) return hour + 12;
  return half === 'am' && hour === 12 ? 0 : hour;
}
