import type { Meter } from './Meter';
import type { Location } from './time/Location';
import type { Time } from './time/Time';
import type { Value, ValueMap } from './values';

/** The state of one run; compiled code is a function of it. */
export interface Frame {
  /** The environment; undefined when there is none at all. */
  readonly env: Value | undefined;
  /** The environment again when it is a generic map, which it nearly always is. */
  readonly variables: ValueMap | undefined;
  /** Values of `let` names and predicate pointers, by the place the compiler gave them. */
  readonly slots: Value[];
  readonly meter: Meter;
  readonly now: Time | undefined;
  readonly location: Location;
  /** What the host handed to this run, for its declared functions. */
  readonly host: unknown;
  /** Offset of the operation under way; a failure is reported there. */
  at: number;
}

/** A compiled expression. */
export type Code = (frame: Frame) => Value;
