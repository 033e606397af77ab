/**
 * Base of every value that is not a plain JavaScript value, so that one test tells them apart from maps.
 *
 * @public
 */
export abstract class Boxed {
  /** Discriminates the boxed kinds. */
  abstract readonly boxed:
    | 'uint'
    | 'named'
    | 'typed-map'
    | 'any-map'
    | 'object'
    | 'function'
    | 'time'
    | 'duration'
    | 'location';
}

/**
 * A value of the language.
 *
 * @remarks
 * nil is `null`, a float is a `number`, an int is a `bigint` of 64 bits, bytes
 * are a `Uint8Array`, a list is an array and a generic map is a plain object of
 * which only own properties count. Every JSON value is therefore already a
 * value. All other kinds are {@link Boxed}.
 *
 * @public
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | ValueMap
  | Boxed;

/** A generic map: a plain object whose own properties are the entries. @public */
export interface ValueMap {
  readonly [key: string]: Value;
}

/** An unsigned integer: it calculates like an int and is named `uint`. @public */
export class Uint extends Boxed {
  readonly boxed = 'uint';
  constructor(readonly value: bigint) {
    super();
  }
}

/**
 * A value of a named integer or string type (month, weekday, origin kind): equal only to its own type.
 *
 * @public
 */
export class Named extends Boxed {
  readonly boxed = 'named';
  /** Qualified type name, for example `time.Month`. */
  readonly typeName: string;

  constructor(
    name: string,
    readonly value: bigint | string,
    /** Printed form, for example `May`. */
    readonly text: string,
  ) {
    super();
    this.typeName = name;
  }
}

/**
 * A map whose values all have one type, so that a missing key reads as that type's zero value.
 *
 * @remarks
 * String maps read `""`, header maps read a nil list. Methods take precedence over keys.
 *
 * @public
 */
export class TypedMap extends Boxed {
  readonly boxed = 'typed-map';
  constructor(
    readonly entries: ReadonlyMap<string, Value>,
    readonly missing: Value,
    readonly methods?: ReadonlyMap<string, HostFunction>,
  ) {
    super();
  }
}

/**
 * A map with keys of any hashable type, as `groupBy` and `fromPairs` make them; it has no JSON form.
 *
 * @public
 */
export class AnyMap extends Boxed {
  readonly boxed = 'any-map';
  constructor(
    /** Entries by the key that `hashKey` makes, which keeps type and value apart. */
    readonly entries: ReadonlyMap<string, readonly [Value, Value]>,
    readonly missing: Value,
  ) {
    super();
  }
}

/**
 * A static type of the language.
 *
 * @remarks
 * `unknown` is anything; `any` as a parameter also takes a literal nil.
 *
 * @public
 */
export type Type =
  | { readonly kind: SimpleKind }
  | { readonly kind: 'array'; readonly element: Type }
  | { readonly kind: 'map'; readonly value: Type }
  | { readonly kind: 'any-map'; readonly value: Type }
  | {
      readonly kind: 'named';
      readonly name: string;
      readonly base: 'int' | 'string';
    }
  | { readonly kind: 'object'; readonly type: HostType };

/** Types without parameters. @public */
export type SimpleKind =
  | 'unknown'
  | 'nil'
  | 'bool'
  | 'int'
  | 'uint'
  | 'float'
  | 'string'
  | 'bytes'
  | 'time'
  | 'duration'
  | 'location'
  | 'function';

/** One member of a {@link HostType}. @public */
export interface HostMember {
  readonly type: Type;
  /** Name in the JSON form; undefined keeps the member out of it. */
  readonly json?: string;
  /** Whether the JSON form leaves the member out when it is empty. */
  readonly omitEmpty?: boolean;
}

/** One method of a {@link HostType}. @public */
export interface HostMethod {
  readonly parameters: readonly Type[];
  readonly result: Type;
  call(self: HostObject, args: readonly Value[]): Value;
}

/**
 * The type of host objects: PascalCase members in declared order, methods, and a JSON form.
 *
 * @public
 */
export interface HostType {
  readonly name: string;
  readonly members: ReadonlyMap<string, HostMember>;
  readonly methods?: ReadonlyMap<string, HostMethod>;
  /** JSON form where it is not the object of the members, for example a version's text. */
  toJson?(self: HostObject): Value;
  /** Text form of `string(v)` where it is not the list of the members. */
  toText?(self: HostObject): string;
}

/** An object of the host with a fixed set of members. @public */
export class HostObject extends Boxed {
  readonly boxed = 'object';
  constructor(
    readonly type: HostType,
    readonly fields: ReadonlyMap<string, Value>,
    /** Data of the host that expressions cannot reach, for methods. */
    readonly payload?: unknown,
  ) {
    super();
  }
}

/**
 * A function found in the environment; its arguments are checked when it is called.
 *
 * @public
 */
export class HostFunction extends Boxed {
  readonly boxed = 'function';
  constructor(
    readonly name: string,
    readonly parameters: readonly Type[],
    readonly invoke: (args: readonly Value[]) => Value,
  ) {
    super();
  }
}

/**
 * The list that is nil: equal to nil and `null` in JSON, yet usable as an empty list.
 *
 * @public
 */
export const NIL_LIST: readonly Value[] = Object.freeze([]);

/** Element kind of a list that is not generic; the host's string lists and ranges have one. @public */
export type ListKind = 'int' | 'string';

const listKinds = new WeakMap<object, ListKind>();

/** Marks a list as holding only one kind of element, as ranges and `split` results do. @public */
export function typedList<T extends readonly Value[]>(
  kind: ListKind,
  list: T,
): T {
  listKinds.set(list, kind);
  return list;
}

/** The element kind of a list, undefined for a generic one. @public */
export function listKind(list: readonly Value[]): ListKind | undefined {
  return listKinds.get(list);
}

/** Whether a value is nil, typed nil lists included. @public */
export function isNil(value: Value | undefined): value is null | undefined {
  return value === null || value === undefined || value === NIL_LIST;
}

/** Narrows to a list. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Narrows to a generic map, refusing instances of classes the language does not know. */
export function isPlainMap(value: Value): value is ValueMap {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Boxed || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The second test admits plain objects of other realms.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A new generic map; without a prototype no key is special. */
export function newMap(): Record<string, Value> {
  return Object.create(null);
}

/** Reads an own entry of a generic map, undefined when there is none. */
export function entryOf(map: ValueMap, key: string): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] ?? null : undefined;
}

/** Name of a value's type as `type()` prints it. @public */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
      return 'float';
    case 'bigint':
      return 'int';
    case 'string':
      return 'string';
    default:
  }
  if (value === null || value === undefined) return 'nil';
  if (value instanceof Boxed) return boxedName(value);
  if (isList(value) || value instanceof Uint8Array) return 'array';
  return isPlainMap(value) ? 'map' : 'unsupported';
}

function boxedName(value: Boxed): string {
  if (value instanceof Named) return value.typeName;
  if (value instanceof HostObject) return value.type.name;
  switch (value.boxed) {
    case 'uint':
      return 'uint';
    case 'typed-map':
    case 'any-map':
      return 'map';
    case 'function':
      return 'func';
    case 'time':
      return 'time.Time';
    case 'duration':
      return 'time.Duration';
    default:
      return 'time.Location';
  }
}
