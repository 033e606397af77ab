import { Named } from '../values';

/** English month names, January first. */
export const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/** English weekday names, Sunday first. */
export const WEEKDAYS = [
  ...['Sunday', 'Monday', 'Tuesday', 'Wednesday'],
  ...['Thursday', 'Friday', 'Saturday'],
];

/** A month as a value, 1 for January. */
export function month(number: number): Named {
  return new Named('time.Month', BigInt(number), MONTHS[number - 1]);
}

/** A weekday as a value, 0 for Sunday. */
export function weekday(number: number): Named {
  return new Named('time.Weekday', BigInt(number), WEEKDAYS[number]);
}
