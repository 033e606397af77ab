import { fail } from './errors';
import { Duration } from './time/Duration';
import { formatTime, printTime } from './time/layout';
import { Location } from './time/Location';
import { month, weekday } from './time/names';
import { Time } from './time/Time';
import { Type, Types } from './types';
import { Boxed, HostFunction, HostObject, Named, Value } from './values';

/** A method of a built-in type: its types for the checker and what it does. @public */
export interface Method<T> {
  readonly parameters: readonly Type[];
  readonly result: Type;
  call(self: T, args: readonly Value[]): Value;
}

type Methods<T> = ReadonlyMap<string, Method<T>>;

const { int, float, bool, string, time, duration, location } = Types;

function getter<T>(result: Type, read: (self: T) => Value): Method<T> {
  return { parameters: [], result, call: read };
}

function count(read: (self: Time) => number | bigint): Method<Time> {
  return getter(int, self => BigInt(read(self)));
}

/** A method of one argument whose type the caller has already checked. */
function taking<T, A extends Value>(
  parameter: Type,
  result: Type,
  apply: (self: T, argument: A) => Value,
): Method<T> {
  return {
    parameters: [parameter],
    result,
    call: (self, [argument]) => apply(self, argument as A),
  };
}

/** The methods of times except `Local`, for host types that wrap a time. @public */
export const TIME_METHODS: ReadonlyMap<string, Method<Time>> = new Map<
  string,
  Method<Time>
>([
  ['Year', count(t => t.civil.year)],
  ['Day', count(t => t.civil.day)],
  ['Hour', count(t => t.civil.hour)],
  ['Minute', count(t => t.civil.minute)],
  ['Second', count(t => t.civil.second)],
  ['Nanosecond', count(t => t.nanosecond)],
  ['YearDay', count(t => t.yearDay)],
  ['Unix', count(t => t.seconds)],
  ['UnixMilli', count(t => BigInt.asIntN(64, floorUnits(t, 1_000_000n)))],
  ['UnixMicro', count(t => BigInt.asIntN(64, floorUnits(t, 1000n)))],
  ['UnixNano', count(t => BigInt.asIntN(64, t.epochNanoseconds))],
  ['Date', count(t => t.civil.year)],
  ['Clock', count(t => t.civil.hour)],
  ['ISOWeek', count(t => t.isoYear)],
  ['Month', getter(Types.month, t => month(t.civil.month))],
  ['Weekday', getter(Types.weekday, t => weekday(t.weekday))],
  ['Zone', getter(string, t => t.zone.abbreviation)],
  ['String', getter(string, t => printTime(t))],
  ['IsZero', getter(bool, t => t.isZero)],
  ['IsDST', getter(bool, t => t.zone.isSummerTime)],
  ['UTC', getter(time, t => t.in(Location.utc))],
  ['Location', getter(location, t => t.location)],
  ['Format', taking(string, string, (t, l: string) => formatTime(t, l))],
  ['After', taking(time, bool, (t, u: Time) => t.compare(u) > 0)],
  ['Before', taking(time, bool, (t, u: Time) => t.compare(u) < 0)],
  ['Equal', taking(time, bool, (t, u: Time) => t.compare(u) === 0)],
  ['Compare', taking(time, int, (t, u: Time) => BigInt(t.compare(u)))],
  ['Sub', taking(time, duration, (t, u: Time) => t.since(u))],
  ['Add', taking(duration, time, (t, d: Duration) => t.add(d))],
  ['Truncate', taking(duration, time, (t, d: Duration) => t.truncate(d))],
  ['Round', taking(duration, time, (t, d: Duration) => t.round(d))],
  ['In', taking(location, time, (t, l: Location) => t.in(l))],
  ['AddDate', { parameters: [int, int, int], result: time, call: addDate }],
]);

const DURATION: Methods<Duration> = new Map<string, Method<Duration>>([
  ['Hours', getter(float, d => d.hours())],
  ['Minutes', getter(float, d => d.minutes())],
  ['Seconds', getter(float, d => d.seconds())],
  ['Milliseconds', getter(int, d => d.milliseconds())],
  ['Microseconds', getter(int, d => d.microseconds())],
  ['Nanoseconds', getter(int, d => d.nanoseconds)],
  ['String', getter(string, d => d.toString())],
  ['Abs', getter(duration, d => d.abs())],
  ['Round', taking(duration, duration, (d, u: Duration) => d.round(u))],
  ['Truncate', taking(duration, duration, (d, u: Duration) => d.truncate(u))],
]);

const LOCATION: Methods<Location> = new Map<string, Method<Location>>([
  ['String', getter(string, l => l.toString())],
]);

const NAMED: Methods<Named> = new Map<string, Method<Named>>([
  ['String', getter(string, n => n.text)],
]);

/** `Local()` needs the location of the run and is therefore called by the evaluator. */
const TIME_WITH_LOCAL = new Map<
  string,
  Pick<Method<never>, 'parameters' | 'result'>
>([...TIME_METHODS, ['Local', { parameters: [], result: time }]]);

/** The methods of a static type, for the checker. */
export function methodTypes(
  type: Type,
):
  | ReadonlyMap<string, Pick<Method<never>, 'parameters' | 'result'>>
  | undefined {
  switch (type.kind) {
    case 'time':
      return TIME_WITH_LOCAL;
    case 'duration':
      return DURATION;
    case 'location':
      return LOCATION;
    case 'named':
      return type.base === 'int' ? NAMED : undefined;
    case 'object':
      return type.type.methods;
    default:
      return undefined;
  }
}

/** The method of a value as a function bound to it, undefined when there is none of that name. */
export function methodOf(self: Boxed, name: string): HostFunction | undefined {
  if (self instanceof Time) {
    return bind(TIME_METHODS.get(name), self, name);
  }
  if (self instanceof Duration) return bind(DURATION.get(name), self, name);
  if (self instanceof Location) return bind(LOCATION.get(name), self, name);
  if (self instanceof Named) {
    const hasText = typeof self.value === 'bigint';
    return hasText ? bind(NAMED.get(name), self, name) : undefined;
  }
  if (self instanceof HostObject) {
    return bind(self.type.methods?.get(name), self, name);
  }
  return undefined;
}

function bind<T>(
  method: Method<T> | undefined,
  self: T,
  name: string,
): HostFunction | undefined {
  if (!method) return undefined;
  return new HostFunction(name, method.parameters, args =>
    method.call(self, args),
  );
}

function floorUnits(t: Time, unit: bigint): bigint {
  return (
    BigInt(t.seconds) * (1_000_000_000n / unit) + BigInt(t.nanosecond) / unit
  );
}

// Far beyond every date anybody means, and small enough to calculate with exactly.
const MAX_DATE_SHIFT = 10_000_000n;

function addDate(self: Time, args: readonly Value[]): Value {
  const [years, months, days] = args.map(arg => {
    const shift = arg as bigint;
    if (shift > MAX_DATE_SHIFT || shift < -MAX_DATE_SHIFT) {
      fail('time-range', 'the date is too far away');
    }
    return Number(shift);
  });
  return self.addDate(years, months, days);
}
