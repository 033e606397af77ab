import { JsonValue } from 'backstage-plugin-kargo-common';
import { isObject } from './promotionModel';

/** Under which of these alone a step tells what it printed. */
const NAMES = ['lines', 'logs', 'log'];
/** Fewer lines in one text are an ordinary value. */
const LEAST_LINES = 3;

/**
 * The lines that a step printed, where that is all that its output holds: a list of texts,
 * or one text of several lines.
 */
export function stepLog(output: JsonValue | undefined): string[] | undefined {
  if (!isObject(output)) {
    return undefined;
  }
  const [[name, value] = ['', undefined], ...others] = Object.entries(output);
  if (others.length > 0 || !NAMES.includes(name)) {
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.length > 0 && value.every(line => typeof line === 'string')
      ? (value as string[])
      : undefined;
  }
  const lines = typeof value === 'string' ? linesOf(value) : [];
  return lines.length >= LEAST_LINES ? lines : undefined;
}

/** A line ends with its break; behind the last one begins no other. */
function linesOf(text: string): string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}
