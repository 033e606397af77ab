import type { HostType, SimpleKind, Type } from './values';

export type { SimpleKind, Type } from './values';

const simple = (kind: SimpleKind): Type => Object.freeze({ kind });

/** The types, by name, for declarations of functions and host types. @public */
export const Types = {
  unknown: simple('unknown'),
  nil: simple('nil'),
  bool: simple('bool'),
  int: simple('int'),
  uint: simple('uint'),
  float: simple('float'),
  string: simple('string'),
  bytes: simple('bytes'),
  anyMap: { kind: 'any-map', value: simple('unknown') } as Type,
  time: simple('time'),
  duration: simple('duration'),
  location: simple('location'),
  function: simple('function'),
  month: { kind: 'named', name: 'time.Month', base: 'int' } as Type,
  weekday: { kind: 'named', name: 'time.Weekday', base: 'int' } as Type,
  map: { kind: 'map', value: simple('unknown') } as Type,
  stringMap: { kind: 'map', value: simple('string') } as Type,
  list: { kind: 'array', element: simple('unknown') } as Type,
  listOf: (element: Type): Type => ({ kind: 'array', element }),
  groups: {
    kind: 'any-map',
    value: { kind: 'array', element: simple('unknown') },
  } as Type,
  named: (name: string, base: 'int' | 'string'): Type => ({
    kind: 'named',
    name,
    base,
  }),
  object: (type: HostType): Type => ({ kind: 'object', type }),
} as const;

/** Whether nothing is known about the type before the run. */
export const isUnknown = (type: Type) => type.kind === 'unknown';

/** Whether values of the type calculate as whole numbers. */
export const isInteger = (type: Type) =>
  type.kind === 'int' || type.kind === 'uint';

/** Whether values of the type are numbers; named ints are not. */
export const isNumber = (type: Type) =>
  isInteger(type) || type.kind === 'float';

/** Whether two types are the same type. */
export function sameType(a: Type, b: Type): boolean {
  if (a.kind === 'array' && b.kind === 'array') {
    return sameType(a.element, b.element);
  }
  if (
    (a.kind === 'map' && b.kind === 'map') ||
    (a.kind === 'any-map' && b.kind === 'any-map')
  ) {
    return sameType(a.value, b.value);
  }
  if (a.kind === 'named' && b.kind === 'named') return a.name === b.name;
  if (a.kind === 'object' && b.kind === 'object') return a.type === b.type;
  return a.kind === b.kind;
}

/** Name of a type for messages. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case 'array':
      return isUnknown(type.element)
        ? 'list'
        : `list of ${describeType(type.element)}`;
    case 'map':
    case 'any-map':
      return 'map';
    case 'named':
      return type.name;
    case 'object':
      return type.type.name;
    default:
      return type.kind;
  }
}
