import { ExpressionError } from './errors';
import type { StepCounter } from './Meter';
import { encodeBase64 } from './text/base64';
import { areSorted, sortTexts } from './text/sortTexts';
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
/** Steps that a value takes beside what it is written as. */
const VALUE = 4;
/** UTF-16 units that are written in one step. */
const UNITS_PER_STEP = 4;
/** Steps that printing a time takes. */
const TIME = 50;
/** Values after which others may go on: a fraction of a millisecond. */
const VALUES_PER_SLICE = 500;
/** Most keys that are sorted in one slice. */
const MOST_SORTED = 50_000;

function notEncodable(reason: string): never {
  throw new ExpressionError('encode', 'not-encodable', reason);
}

/** A list or a map of which some has been written. */
interface Opened {
  readonly values: readonly Value[];
  /** Of a map, those of its values. */
  readonly keys?: readonly string[];
  readonly close: string;
  /** How many values have been written. */
  written: number;
}

/** Writes value by value, and keeps account of what is open itself, so that it can stop anywhere. */
class JsonWriter {
  private parts: string[] = [];
  private finished = '';
  private length = 0;
  private readonly opened: Opened[] = [];
  private readonly indent: number;
  private readonly maxLength: number;
  private readonly steps: StepCounter | undefined;

  constructor(options: EncodeJsonOptions, private readonly inSlices = false) {
    this.indent = options.indent ?? 0;
    this.maxLength = options.maxLength ?? DEFAULT_MAX_LENGTH;
    this.steps = options.steps;
  }

  /** What has been written. */
  text(): string {
    this.finished += this.parts.join('');
    this.parts = [];
    return this.finished;
  }

  /** Writes a value, of a list or a map only how it opens. */
  begin(value: Value): void {
    if (this.opened.length > MAX_DEPTH) {
      notEncodable('the value is nested too deeply');
    }
    this.steps?.step(VALUE);
    if (isNil(value)) {
      this.put('null');
    } else if (isList(value)) {
      this.open({ values: value, close: ']', written: 0 }, '[');
    } else if (value instanceof HostObject) {
      this.beginObject(value);
    } else if (value instanceof TypedMap) {
      this.beginMap([...value.entries.keys()], key => value.entries.get(key));
    } else {
      if (value instanceof Time) this.steps?.step(TIME);
      const scalar = encodeScalar(value);
      if (scalar !== undefined) this.put(scalar);
      else if (!isPlainMap(value)) notEncodable(unencodable(value));
      else {
        const map = value;
        this.beginMap(
          Object.keys(map).filter(key => map[key] !== undefined),
          key => map[key],
        );
      }
    }
  }

  /** Writes the next value of what is open; false when there is none. */
  goOn(): boolean {
    const { opened } = this;
    const innermost = opened[opened.length - 1];
    if (!innermost) return false;
    const { keys, values, written, close } = innermost;
    if (written === values.length) {
      opened.pop();
      if (written > 0) this.lineBreak();
      this.put(close);
      return true;
    }
    innermost.written += 1;
    if (written > 0) this.put(',');
    this.lineBreak();
    if (keys) this.put(encodeText(keys[written]) + (this.indent ? ': ' : ':'));
    this.begin(values[written]);
    return true;
  }

  private put(text: string): void {
    this.length += text.length;
    if (this.length > this.maxLength) notEncodable('the JSON text is too long');
    this.steps?.step(text.length / UNITS_PER_STEP);
    this.parts.push(text);
  }

  private open(opened: Opened, bracket: string): void {
    this.put(bracket);
    this.opened.push(opened);
  }

  private beginObject(object: HostObject): void {
    if (object.type.toJson) {
      this.begin(object.type.toJson(object));
      return;
    }
    const keys: string[] = [];
    const values: Value[] = [];
    for (const [name, member] of object.type.members) {
      const value = object.fields.get(name) ?? null;
      const kept = member.json && !(member.omitEmpty && isEmpty(value));
      if (kept) {
        keys.push(member.json);
        values.push(value);
      }
    }
    this.open({ keys, values, close: '}', written: 0 }, '{');
  }

  private beginMap(
    names: string[],
    valueOf: (key: string) => Value | undefined,
  ): void {
    const isLarge = names.length > MOST_SORTED && this.inSlices;
    if (isLarge && !areSorted(names)) notEncodable('a map has too many keys');
    const keys = sortTexts(names, this.steps);
    const values = keys.map(key => valueOf(key) ?? null);
    this.open({ keys, values, close: '}', written: 0 }, '{');
  }

  private lineBreak(): void {
    if (this.indent) {
      this.put(`\n${' '.repeat(this.indent * this.opened.length)}`);
    }
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
  const writer = new JsonWriter(options);
  writer.begin(value);
  while (writer.goOn());
  return writer.text();
}

/**
 * As {@link encodeJson}, in slices: other work may go on between them.
 *
 * @remarks
 * A map of more than 50,000 keys that are not in their order has no JSON form here.
 *
 * @public
 */
export function* encodeJsonInSlices(
  value: Value,
  options: EncodeJsonOptions = {},
): Generator<undefined, string, undefined> {
  const writer = new JsonWriter(options, true);
  writer.begin(value);
  for (let written = 1; writer.goOn(); written += 1) {
    if (written % VALUES_PER_SLICE === 0) {
      writer.text();
      yield;
    }
  }
  return writer.text();
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

const ESCAPES = [
  ...[
    ['<', '\\u003c'],
    ['>', '\\u003e'],
    ['&', '\\u0026'],
  ],
  ...[
    ['\u2028', '\\u2028'],
    ['\u2029', '\\u2029'],
  ],
];
/** What is not written as JavaScript writes it; that few texts hold any of them. */
const UNUSUAL = /[<>&\u2028\u2029\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

function encodeText(text: string): string {
  if (!UNUSUAL.test(text)) return JSON.stringify(text);
  // Halves of surrogate pairs are no text; JSON.stringify would write them as escapes.
  const whole = JSON.stringify(text.replace(LONE_SURROGATE, '\ufffd'));
  return ESCAPES.reduce(
    (written, [character, escape]) => written.replaceAll(character, escape),
    whole,
  );
}

function unencodable(value: Value): string {
  const kind = value instanceof Boxed ? value.boxed : typeName(value);
  return kind === 'any-map'
    ? 'a map with keys of any type has no JSON form'
    : `${typeName(value)} has no JSON form`;
}
