import { Boxed } from '../values';
import {
  CivilTime,
  civilFromSeconds,
  daysFromCivil,
  secondsFromCivil,
} from './civil';
import { Duration } from './Duration';
import { Location, ZoneAt } from './Location';

const NANO = 1_000_000_000n;

const YEAR_ONE = daysFromCivil(1, 1, 1) * 86_400;

/** An instant with nanosecond precision that remembers its zone. @public */
export class Time extends Boxed {
  readonly boxed = 'time';

  constructor(
    /** Whole seconds from the epoch, rounded down. */
    readonly seconds: number,
    /** Nanoseconds within the second. */
    readonly nanosecond: number,
    readonly location: Location,
  ) {
    super();
  }

  /** The instant of a JavaScript date. */
  static fromDate(date: Date, location: Location = Location.utc): Time {
    const milliseconds = date.getTime();
    const seconds = Math.floor(milliseconds / 1000);
    return new Time(seconds, (milliseconds - seconds * 1000) * 1e6, location);
  }

  /** The instant of a civil time in a zone. */
  static fromCivil(
    civil: CivilTime,
    nanosecond: number,
    location: Location,
  ): Time {
    return new Time(
      location.toEpoch(secondsFromCivil(civil)),
      nanosecond,
      location,
    );
  }

  get zone(): ZoneAt {
    return this.location.zoneAt(this.seconds);
  }

  get civil(): CivilTime {
    return civilFromSeconds(this.seconds + this.zone.offset);
  }

  /** Nanoseconds from the epoch, not bounded by 64 bits. */
  get epochNanoseconds(): bigint {
    return BigInt(this.seconds) * NANO + BigInt(this.nanosecond);
  }

  get yearDay(): number {
    const { year, month, day } = this.civil;
    return daysFromCivil(year, month, day) - daysFromCivil(year, 1, 1) + 1;
  }

  /** 0 is Sunday. */
  get weekday(): number {
    const days = Math.floor((this.seconds + this.zone.offset) / 86_400);
    return (((days + 4) % 7) + 7) % 7;
  }

  /** Year of the ISO 8601 week. */
  get isoYear(): number {
    const { year, month, day } = this.civil;
    const thursday = daysFromCivil(year, month, day) + 4 - (this.weekday || 7);
    return civilFromSeconds(thursday * 86_400).year;
  }

  /** −1, 0 or 1 as this instant is before, at or after the other. */
  compare(other: Time): number {
    return (
      Math.sign(this.seconds - other.seconds) ||
      Math.sign(this.nanosecond - other.nanosecond)
    );
  }

  in(location: Location): Time {
    return new Time(this.seconds, this.nanosecond, location);
  }

  add(duration: Duration): Time {
    return this.at(this.epochNanoseconds + duration.nanoseconds);
  }

  /** Distance to an earlier instant, bounded by the 64 bits of a duration. */
  since(other: Time): Duration {
    const distance = this.epochNanoseconds - other.epochNanoseconds;
    const bound = 2n ** 63n;
    if (distance >= bound) return new Duration(bound - 1n);
    return new Duration(distance < -bound ? -bound : distance);
  }

  /** Moves the calendar date; overflowing days and months carry over. */
  addDate(years: number, months: number, days: number): Time {
    const { year, month, day, ...clock } = this.civil;
    const date = civilFromSeconds(
      daysFromCivil(year + years, month + months, day + days) * 86_400,
    );
    const civil = { ...date, ...clock };
    return Time.fromCivil(civil, this.nanosecond, this.location);
  }

  /** Rounds down to a multiple of the duration since the year 1. */
  truncate(unit: Duration): Time {
    if (unit.nanoseconds <= 0n) return this;
    return this.at(this.epochNanoseconds - this.remainder(unit));
  }

  /** Rounds to the nearest multiple of the duration since the year 1, halves up. */
  round(unit: Duration): Time {
    if (unit.nanoseconds <= 0n) return this;
    const rest = this.remainder(unit);
    const down = this.epochNanoseconds - rest;
    return this.at(
      rest * 2n < unit.nanoseconds ? down : down + unit.nanoseconds,
    );
  }

  /** Whether this is the zero instant, 1 January of year 1 in UTC. */
  get isZero(): boolean {
    return this.seconds === YEAR_ONE && this.nanosecond === 0;
  }

  private remainder(unit: Duration): bigint {
    const elapsed = this.epochNanoseconds - BigInt(YEAR_ONE) * NANO;
    const rest = elapsed % unit.nanoseconds;
    return rest < 0n ? rest + unit.nanoseconds : rest;
  }

  private at(epochNanoseconds: bigint): Time {
    const rest = ((epochNanoseconds % NANO) + NANO) % NANO;
    const seconds = Number((epochNanoseconds - rest) / NANO);
    return new Time(seconds, Number(rest), this.location);
  }
}
