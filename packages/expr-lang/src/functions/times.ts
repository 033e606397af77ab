import { fail } from '../errors';
import type { Frame } from '../Frame';
import { Duration } from '../time/Duration';
import { Location } from '../time/Location';
import { parseTime } from '../time/parseTime';
import { Types } from '../types';
import { typeName, Value } from '../values';
import { Builtin, declare } from './Builtin';
import { text } from './texts';

const { string, time, duration, location } = Types;

/** The forms `date()` tries in turn when no layout is given. */
const LAYOUTS = [
  '2006-01-02',
  '15:04:05',
  '2006-01-02 15:04:05',
  '2006-01-02T15:04:05Z07:00',
  '02 Jan 06 15:04 MST',
  'Monday, 02-Jan-06 15:04:05 MST',
  'Mon, 02 Jan 2006 15:04:05 MST',
];

/** Steps that reading a text by a layout takes, whether it follows it or not. */
const LAYOUT = 25;
/** Steps that reading a duration takes. */
const DURATION = 8;

// Longer than any date; it bounds the work on hostile texts and layouts.
const MAX_TEXT = 500;

function date(args: readonly Value[], frame: Frame): Value {
  const [first, ...others] = args;
  const given = first instanceof Location ? first : undefined;
  const [value, layout, zoneName] = given ? others : args;
  const zone = zoneName === undefined ? given : findZone(zoneName, frame);
  const zones = {
    assumed: zone ?? Location.utc,
    local: zone ?? frame.location,
  };
  const subject = bounded(value);
  const layouts = layout === undefined ? LAYOUTS : [bounded(layout)];
  for (const candidate of layouts) {
    frame.meter.step(LAYOUT);
    const parsed = parseTime(subject, candidate, zones);
    if (parsed) return parsed;
  }
  return fail('date-text', 'the text is not a date of an accepted form');
}

function bounded(value: Value): string {
  const result = text(value);
  return result.length <= MAX_TEXT
    ? result
    : fail('date-text', 'the text is too long for a date');
}

function findZone(name: Value, frame: Frame): Location {
  const zone = text(name);
  if (zone === 'Local') return frame.location;
  return Location.find(zone) ?? fail('time-zone', 'unknown time zone');
}

function now(args: readonly Value[], frame: Frame): Value {
  const [zone] = args;
  if (zone !== undefined && !(zone instanceof Location)) {
    return fail('argument-type', `now() does not take ${typeName(zone)}`);
  }
  if (!frame.now) return fail('no-clock', 'there is no clock here');
  return frame.now.in(zone ?? frame.location);
}

function parseDuration(args: readonly Value[], { meter }: Frame): Value {
  meter.step(DURATION);
  return (
    Duration.parse(text(args[0])) ??
    fail('duration-text', 'the text is not a duration such as 1h30m')
  );
}

/** The built-in functions on times. */
export const TIME_BUILTINS: readonly Builtin[] = [
  declare('now', [{ parameters: [location], required: 0, result: time }], now),
  declare(
    'date',
    [
      { parameters: [string, string, string], required: 1, result: time },
      { parameters: [location, string, string], required: 2, result: time },
    ],
    date,
  ),
  declare(
    'duration',
    [{ parameters: [string], result: duration }],
    parseDuration,
  ),
  declare(
    'timezone',
    [{ parameters: [string], result: location }],
    (args, frame) => findZone(args[0], frame),
  ),
];
