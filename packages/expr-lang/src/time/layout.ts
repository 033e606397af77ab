import { MONTHS, WEEKDAYS } from './names';
import type { Time } from './Time';

/** The elements a layout is made of; everything else in it is literal text. */
export type LayoutElement =
  | 'January'
  | 'Jan'
  | '1'
  | '01'
  | 'Monday'
  | 'Mon'
  | '2'
  | '_2'
  | '02'
  | '002'
  | '__2'
  | '15'
  | '3'
  | '03'
  | '4'
  | '04'
  | '5'
  | '05'
  | '2006'
  | '06'
  | 'PM'
  | 'pm'
  | 'MST'
  | 'zone'
  | 'fraction';

/** One piece of a layout. */
export type LayoutPart =
  | { readonly literal: string }
  | {
      readonly element: LayoutElement;
      /** Spelling, which says how zones and fractions look. */
      readonly text: string;
    };

const ELEMENT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07|002|__2|_2(?!006)|0[1-6]|15|PM|pm|[.,](?:0+|9+)(?![0-9])|[1-5]/g;

const MAX_KNOWN = 200;
const known = new Map<string, readonly LayoutPart[]>();

/** Splits a layout into elements and literal text. */
export function parseLayout(layout: string): readonly LayoutPart[] {
  const cached = known.get(layout);
  if (cached) return cached;
  const parts: LayoutPart[] = [];
  let from = 0;
  for (const match of layout.matchAll(ELEMENT)) {
    if (match.index > from)
      parts.push({ literal: layout.slice(from, match.index) });
    parts.push({ element: elementOf(match[0]), text: match[0] });
    from = match.index + match[0].length;
  }
  if (from < layout.length) parts.push({ literal: layout.slice(from) });
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(layout, parts);
  return parts;
}

function elementOf(text: string): LayoutElement {
  if (/^[.,]/.test(text)) return 'fraction';
  if (/^[-Z]07/.test(text)) return 'zone';
  return text as LayoutElement;
}

/** Prints a time by a layout such as `2006-01-02`. */
export function formatTime(time: Time, layout: string): string {
  const fields = fieldsOf(time);
  return parseLayout(layout)
    .map(part =>
      'literal' in part ? part.literal : printElement(part, time, fields),
    )
    .join('');
}

/** Prints a time as `string()` does: date, clock, offset and zone name. */
export function printTime(time: Time): string {
  const fraction = time.nanosecond === 0 ? '' : '.999999999';
  return formatTime(time, `2006-01-02 15:04:05${fraction} -0700 MST`);
}

/** Prints a time by RFC 3339 with as many fraction digits as it has. @public */
export function printRfc3339(time: Time): string {
  return formatTime(time, '2006-01-02T15:04:05.999999999Z07:00');
}

function fieldsOf(time: Time) {
  const { zone, civil } = time;
  return { ...civil, zone, weekday: time.weekday };
}

type Fields = ReturnType<typeof fieldsOf>;

const two = (n: number) => String(n).padStart(2, '0');

function printElement(
  { element, text }: { element: LayoutElement; text: string },
  time: Time,
  fields: Fields,
): string {
  const { year, month, day, hour, minute, second, zone } = fields;
  const hour12 = hour % 12 || 12;
  switch (element) {
    case '2006':
      return year < 0
        ? `-${String(-year).padStart(4, '0')}`
        : String(year).padStart(4, '0');
    case '06':
      return two(((year % 100) + 100) % 100);
    case 'January':
      return MONTHS[month - 1];
    case 'Jan':
      return MONTHS[month - 1].slice(0, 3);
    case '01':
      return two(month);
    case '1':
      return String(month);
    case 'Monday':
      return WEEKDAYS[fields.weekday];
    case 'Mon':
      return WEEKDAYS[fields.weekday].slice(0, 3);
    case '02':
      return two(day);
    case '_2':
      return String(day).padStart(2, ' ');
    case '2':
      return String(day);
    case '002':
      return String(time.yearDay).padStart(3, '0');
    case '__2':
      return String(time.yearDay).padStart(3, ' ');
    case '15':
      return two(hour);
    case '03':
      return two(hour12);
    case '3':
      return String(hour12);
    case '04':
      return two(minute);
    case '4':
      return String(minute);
    case '05':
      return two(second);
    case '5':
      return String(second);
    case 'PM':
      return hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return zone.abbreviation || printOffset(zone.offset, '-0700');
    case 'zone':
      return text.startsWith('Z') && zone.offset === 0
        ? 'Z'
        : printOffset(zone.offset, text);
    default:
      return printFraction(time.nanosecond, text);
  }
}

function printOffset(offset: number, text: string): string {
  const magnitude = Math.abs(offset);
  const colon = text.includes(':') ? ':' : '';
  const parts = [two(Math.trunc(magnitude / 3600))];
  if (text.length > 3) parts.push(two(Math.trunc((magnitude % 3600) / 60)));
  if (text.length > 6) parts.push(two(magnitude % 60));
  return (offset < 0 ? '-' : '+') + parts.join(colon);
}

function printFraction(nanosecond: number, text: string): string {
  const digits = String(nanosecond)
    .padStart(9, '0')
    .slice(0, text.length - 1);
  if (text[1] === '0') return text[0] + digits.padEnd(text.length - 1, '0');
  const trimmed = digits.replace(/0+$/, '');
  return trimmed ? text[0] + trimmed : '';
}
