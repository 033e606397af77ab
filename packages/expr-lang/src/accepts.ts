import { Duration } from './time/Duration';
import { Location } from './time/Location';
import { Time } from './time/Time';
import type { Type } from './types';
import {
  AnyMap,
  HostFunction,
  HostObject,
  isList,
  isPlainMap,
  Named,
  NIL_LIST,
  TypedMap,
  Uint,
  Value,
} from './values';

/** Whether a value may be given where a parameter of the type is declared. */
export function accepts(type: Type, value: Value): boolean {
  switch (type.kind) {
    case 'unknown':
      return true;
    case 'nil':
      return value === null || value === NIL_LIST;
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return typeof value === 'bigint';
    case 'uint':
      return value instanceof Uint;
    case 'float':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'bytes':
      return value instanceof Uint8Array;
    case 'array':
      return isList(value);
    case 'map':
      return value instanceof TypedMap || isPlainMap(value);
    case 'any-map':
      return value instanceof AnyMap;
    case 'time':
      return value instanceof Time;
    case 'duration':
      return value instanceof Duration;
    case 'location':
      return value instanceof Location;
    case 'named':
      return value instanceof Named && value.typeName === type.name;
    case 'object':
      return value instanceof HostObject && value.type === type.type;
    default:
      return value instanceof HostFunction;
  }
}
