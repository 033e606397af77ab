import { equalKeyGroups } from './grouping';
import { fail } from '../errors';
import type { Frame } from '../Frame';
import { add } from '../operations';
import { sortedBy, sortDirection } from './sorting';
import { typeName, Value } from '../values';

/** Runs the predicate on one element. */
export type Pass = (
  frame: Frame,
  element: Value,
  position: number,
  accumulator: Value,
) => Value;

/** What a predicate built-in works with. */
export interface LoopInput {
  readonly elements: readonly Value[];
  /** Undefined where the predicate was left out. */
  readonly pass: Pass | undefined;
  /** The argument after the predicate. */
  readonly option: Value | undefined;
  /** Hits at which counting may stop. */
  readonly threshold: number | undefined;
  readonly frame: Frame;
  /** Place of the call. */
  readonly at: number;
}

/** Given by the find functions when no element passes; the caller decides what that means. */
export const NO_KEEP: readonly Value[] = Object.freeze([]);

type Loop = (input: LoopInput) => Value;

/** The predicate built-ins by name. */
export const PREDICATES: ReadonlyMap<string, Loop> = new Map<string, Loop>([
  ['all', input => indexOfFirst(input, false) < 0],
  ['any', input => indexOfFirst(input, true) >= 0],
  ['none', input => indexOfFirst(input, true) < 0],
  ['one', input => countHits(input, undefined) === 1],
  ['count', input => BigInt(countHits(input, input.threshold))],
  ['filter', filter],
  ['map', map],
  ['find', input => elementAt(input, indexOfFirst(input, true))],
  ['findLast', input => elementAt(input, indexOfLast(input))],
  ['findIndex', input => position(indexOfFirst(input, true))],
  ['findLastIndex', input => position(indexOfLast(input))],
  ['groupBy', groupBy],
  ['sortBy', sortBy],
  ['reduce', reduce],
  ['sum', sum],
]);

/** Runs the predicate, or reads the element itself, and insists on a boolean. */
function test(input: LoopInput, i: number): boolean {
  const { elements, frame, pass } = input;
  const value = pass ? pass(frame, elements[i] ?? null, i, null) : elements[i];
  if (typeof value === 'boolean') return value;
  frame.at = input.at;
  return fail(
    'not-a-boolean',
    `the predicate gives ${typeName(value)} where a boolean is needed`,
  );
}

function indexOfFirst(input: LoopInput, wanted: boolean): number {
  const { length } = input.elements;
  for (let i = 0; i < length; i++) if (test(input, i) === wanted) return i;
  return -1;
}

function indexOfLast(input: LoopInput): number {
  for (let i = input.elements.length - 1; i >= 0; i--) {
    if (test(input, i)) return i;
  }
  return -1;
}

function elementAt(input: LoopInput, index: number): Value {
  return index < 0 ? NO_KEEP : input.elements[index] ?? null;
}

function position(index: number): Value {
  return index < 0 ? null : BigInt(index);
}

function countHits(input: LoopInput, threshold: number | undefined): number {
  const { length } = input.elements;
  let hits = 0;
  for (let i = 0; i < length; i++) {
    if (test(input, i)) hits += 1;
    if (hits === threshold) break;
  }
  return hits;
}

function filter(input: LoopInput): Value {
  const kept = input.elements.filter((_, i) => test(input, i));
  charge(input, kept.length);
  return kept;
}

function map(input: LoopInput): Value {
  const { elements, frame, pass } = input;
  const mapped: Value[] = new Array(elements.length);
  for (let i = 0; i < mapped.length; i++) {
    mapped[i] = pass ? pass(frame, elements[i] ?? null, i, null) : null;
  }
  charge(input, mapped.length);
  return mapped;
}

function charge(input: LoopInput, units: number): void {
  input.frame.at = input.at;
  input.frame.meter.grow(units);
}

/** The key of every element. */
function keysOf({ elements, frame, pass }: LoopInput): Value[] {
  return elements.map((element, i) =>
    pass ? pass(frame, element ?? null, i, null) : null,
  );
}

function groupBy(input: LoopInput): Value {
  const keys = keysOf(input);
  input.frame.at = input.at;
  return equalKeyGroups(input.elements, keys, input.frame.meter);
}

function sortBy(input: LoopInput): Value {
  const direction = sortDirection(input.option);
  const keys = keysOf(input);
  charge(input, keys.length);
  return sortedBy(input.elements, keys, direction, input.frame.meter);
}

function reduce(input: LoopInput): Value {
  const { elements, frame, option, pass } = input;
  const from = option === undefined ? 1 : 0;
  if (from > elements.length) {
    return fail('empty-reduce', 'an empty list needs an initial value');
  }
  let accumulator = option ?? (from === 1 ? elements[0] : null);
  for (let i = from; i < elements.length && pass; i++) {
    accumulator = pass(frame, elements[i] ?? null, i, accumulator);
  }
  return accumulator;
}

function sum(input: LoopInput): Value {
  const { elements, frame, pass } = input;
  let total: Value = 0n;
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i] ?? null;
    const value = pass ? pass(frame, element, i, null) : element;
    frame.at = input.at;
    total = add(total, value, frame.meter);
  }
  return total;
}
