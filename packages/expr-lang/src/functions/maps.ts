import { fail } from '../errors';
import type { Frame } from '../Frame';
import { hashKey } from '../hashKey';
import type { Meter } from '../Meter';
import { sortTexts } from '../text/sortTexts';
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
function entriesOf(map: Value, meter: Meter): (readonly [Value, Value])[] {
  if (map instanceof AnyMap) {
    meter.step(map.entries.size);
    return [...map.entries.values()];
  }
  if (map instanceof TypedMap) {
    const { entries } = map;
    return sorted([...entries.keys()], meter).map(key => [
      key,
      entries.get(key) ?? null,
    ]);
  }
  if (isPlainMap(map)) {
    return sorted(Object.keys(map), meter).map(key => [key, map[key] ?? null]);
  }
  return fail('argument-type', `expected a map, found ${typeName(map)}`);
}

function sorted(keys: string[], meter: Meter): string[] {
  meter.step(keys.length * 4);
  return sortTexts(keys, meter);
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
    run: ([map], { meter }) =>
      entriesOf(map, meter).map(([key, value]) => pick(key, value)),
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
