import { ExpressionError } from './errors';
import type { StepCounter } from './Meter';
import { encodeBase64 } from './text/base64';
import { compareText } from './text/utf8';
import { Duration } from './time/Duration';
import { printRfc3339 } from './time/layout';
import { Time } from './time/Time';
import {
  Boxed,
  HostObject,
  isList,
  isNil,
  isPlainMap,
  Named,
  TypedMap,
  typeName,
  Uint,
  Value,
} from './values';

/** How a value is written as JSON. @public */
export interface EncodeJsonOptions {
  /** Blanks of one level of indentation; compact when left out or zero. */
  readonly indent?: number;
  /** Longest result in UTF-16 units; a longer one is an error. */
  readonly maxLength?: number;
  /** Is charged for what is written. */
  readonly steps?: StepCounter;
}

const DEFAULT_MAX_LENGTH = 10_000_000;
const MAX_DEPTH = 1000;
/** UTF-16 units that are written in one step. */
const UNITS_PER_STEP = 8;

function notEncodable(reason: string): never {
  throw new ExpressionError('encode', 'not-encodable', reason);
}

class JsonWriter {
  private readonly parts: string[] = [];
  private length = 0;

  constructor(
    private readonly indent: number,
    private readonly maxLength: number,
    private readonly steps: StepCounter | undefined,
  ) {}

  text(): string {
    return this.parts.join('');
  }

  write(value: Value, depth: number): void {
    if (depth > MAX_DEPTH) notEncodable('the value is nested too deeply');
    this.steps?.step(1);
    if (isNil(value)) {
      this.put('null');
    } else if (isList(value)) {
      this.bracketed('[', ']', value, depth, item => {
        this.write(item, depth + 1);
      });
    } else if (value instanceof HostObject) {
      this.writeObject(value, depth);
    } else if (value instanceof TypedMap) {
      this.writeEntries(sorted([...value.entries]), depth);
    } else {
      const scalar = encodeScalar(value);
      if (scalar !== undefined) this.put(scalar);
      else if (!isPlainMap(value)) notEncodable(unencodable(value));
      else this.writeEntries(sorted(Object.entries(value)), depth);
    }
  }

  private put(text: string): void {
    this.length += text.length;
    if (this.length > this.maxLength) notEncodable('the JSON text is too long');
    this.steps?.step(text.length / UNITS_PER_STEP);
    this.parts.push(text);
  }

  private writeObject(object: HostObject, depth: number): void {
    if (object.type.toJson) {
      this.write(object.type.toJson(object), depth + 1);
      return;
    }
    const entries: [string, Value][] = [];
    for (const [name, member] of object.type.members) {
      const value = object.fields.get(name) ?? null;
      const kept = member.json && !(member.omitEmpty && isEmpty(value));
      if (kept) entries.push([member.json, value]);
    }
    this.writeEntries(entries, depth);
  }

  private writeEntries(
    entries: readonly (readonly [string, Value])[],
    depth: number,
  ): void {
    this.bracketed('{', '}', entries, depth, ([key, value]) => {
      this.put(encodeText(key));
      this.put(this.indent ? ': ' : ':');
      this.write(value, depth + 1);
    });
  }

  private bracketed<T>(
    open: string,
    close: string,
    items: readonly T[],
    depth: number,
    writeItem: (item: T) => void,
  ): void {
    this.put(open);
    items.forEach((item, i) => {
      if (i > 0) this.put(',');
      this.lineBreak(depth + 1);
      writeItem(item);
    });
    if (items.length > 0) this.lineBreak(depth);
    this.put(close);
  }

  private lineBreak(depth: number): void {
    if (this.indent) this.put(`\n${' '.repeat(this.indent * depth)}`);
  }
}

/**
 * Writes a value as JSON with sorted keys and with `<`, `>`, `&`, U+2028 and U+2029 escaped.
 *
 * @remarks
 * Times are RFC 3339 texts, durations nanoseconds, bytes base64 texts and nil
 * lists null. Throws an ExpressionError of stage `encode` for numbers that are
 * not finite, for functions, and for maps with keys other than texts.
 *
 * @public
 */
export function encodeJson(
  value: Value,
  options: EncodeJsonOptions = {},
): string {
  const writer = new JsonWriter(
    options.indent ?? 0,
    options.maxLength ?? DEFAULT_MAX_LENGTH,
    options.steps,
  );
  writer.write(value, 0);
  return writer.text();
}

function sorted(entries: [string, Value][]): [string, Value][] {
  return entries
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => compareText(a, b));
}

function isEmpty(value: Value): boolean {
  if (value === '' || value === false || value === 0 || value === 0n)
    return true;
  if (isNil(value)) return true;
  if (isList(value)) return value.length === 0;
  if (value instanceof TypedMap) return value.entries.size === 0;
  return isPlainMap(value) && Object.keys(value).length === 0;
}

function encodeScalar(value: Value): string | undefined {
  switch (typeof value) {
    case 'string':
      return encodeText(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return encodeNumber(value);
    default:
  }
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Time) return `"${printRfc3339(value)}"`;
  if (value instanceof Duration) return String(value.nanoseconds);
  if (value instanceof Uint8Array) return `"${encodeBase64(value)}"`;
  if (value instanceof Named) {
    return typeof value.value === 'bigint'
      ? String(value.value)
      : encodeText(value.value);
  }
  return undefined;
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) {
    return notEncodable('a number that is not finite has no JSON form');
  }
  return Object.is(value, -0) ? '-0' : String(value);
}

const ESCAPED = /[<>&\u2028\u2029]/g;

const LONE_SURROGATE = /\p{Surrogate}/gu;

function encodeText(text: string): string {
  // Halves of surrogate pairs are no text; JSON.stringify would write them as escapes.
  return JSON.stringify(text.replace(LONE_SURROGATE, '\ufffd')).replace(
    ESCAPED,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function unencodable(value: Value): string {
  const kind = value instanceof Boxed ? value.boxed : typeName(value);
  return kind === 'any-map'
    ? 'a map with keys of any type has no JSON form'
    : `${typeName(value)} has no JSON form`;
}
