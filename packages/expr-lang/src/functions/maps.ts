import { fail } from '../errors';
import type { Frame } from '../Frame';
import { hashKey } from '../hashKey';
import { compareText } from '../text/utf8';
import { isUnknown, Type, Types } from '../types';
import {
  AnyMap,
  isList,
  isPlainMap,
  TypedMap,
  typeName,
  Value,
} from '../values';
import { Builtin, declare, problem } from './Builtin';
import { chargeEntry } from './grouping';
import { elements } from './lists';

/** Entries of a map, those of text keys in the order of their keys. */
function entriesOf(map: Value): (readonly [Value, Value])[] {
  if (map instanceof AnyMap) return [...map.entries.values()];
  if (map instanceof TypedMap) return sorted([...map.entries]);
  if (isPlainMap(map)) return sorted(Object.entries(map));
  return fail('argument-type', `expected a map, found ${typeName(map)}`);
}

function sorted(entries: [string, Value][]): [string, Value][] {
  return entries.sort(([a], [b]) => compareText(a, b));
}

function onMap(
  name: string,
  result: Type,
  pick: (key: Value, value: Value) => Value,
): Builtin {
  return {
    name,
    check(args) {
      if (args.length !== 1) {
        return problem('argument-count', `${name}() takes one argument`);
      }
      const [{ kind }] = args;
      return isUnknown(args[0]) || kind === 'map' || kind === 'any-map'
        ? { result }
        : problem('argument-type', `${name}() takes a map`);
    },
    run(args, frame) {
      const entries = entriesOf(args[0]);
      // Their keys are sorted.
      frame.meter.step(entries.length * 4);
      return entries.map(([key, value]) => pick(key, value ?? null));
    },
  };
}

function fromPairs(args: readonly Value[], { meter }: Frame): Value {
  const entries = new Map<string, readonly [Value, Value]>();
  for (const pair of elements(args[0])) {
    if (!isList(pair) || pair.length !== 2) {
      return fail('argument-type', 'each pair must be a list of two elements');
    }
    const [key, value] = pair;
    chargeEntry(key, meter);
    entries.set(hashKey(key), [key, value]);
  }
  return new AnyMap(entries, null);
}

/** The built-in functions on maps. */
export const MAP_BUILTINS: readonly Builtin[] = [
  onMap('keys', Types.list, key => key),
  onMap('values', Types.list, (_, value) => value),
  onMap('toPairs', Types.list, (key, value) => [key, value]),
  declare(
    'fromPairs',
    [{ parameters: [Types.list], result: Types.anyMap }],
    fromPairs,
  ),
];
