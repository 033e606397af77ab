import {
  AnyMap,
  Boxed,
  Duration,
  ExpressionError,
  formatFloat,
  HostObject,
  isNil,
  Location,
  Named,
  printRfc3339,
  StepCounter,
  Time,
  Type,
  TypedMap,
  Uint,
  Value,
  ValueMap,
} from 'backstage-plugin-kargo-expr';
import { compareNaturally } from './naturalOrder';
import { printYamlText, yamlTextStyle } from './yamlText';

/** Where a value stands; a root has no parent, an item follows `- `, an entry follows its key. */
type Place = 'root' | 'item' | 'entry';

type Entry = readonly [Value, Value];

const STEP = 4;
const MAX_DEPTH = 1000;
const MAX_LENGTH = 10_000_000;
/** UTF-16 units that are written in one step. */
const UNITS_PER_STEP = 4;

class YamlWriter {
  private readonly parts: string[] = [];
  private length = 0;

  constructor(private readonly steps: StepCounter | undefined) {}

  text(): string {
    return this.parts.join('');
  }

  /** Writes a value after what precedes it on its line; `indent` is that of the parent. */
  write(value: Value, indent: number, place: Place, depth: number): void {
    if (depth > MAX_DEPTH) {
      fail('the value is nested too deeply');
    }
    this.steps?.step(4);
    const list = itemsOf(value);
    if (list) {
      this.writeItems(list, indent, place, depth);
      return;
    }
    const entries = this.entriesOf(value);
    if (entries) {
      this.writeEntries(entries, indent, place, depth);
      return;
    }
    const scalar = scalarOf(value);
    const inner = place === 'root' ? STEP : innerIndent(indent, place);
    this.put(place === 'entry' ? ' ' : '');
    this.put(
      typeof scalar === 'string'
        ? printText(scalar, inner, inner - indent)
        : scalar.plain,
    );
    this.put('\n');
  }

  private writeItems(
    items: readonly Value[],
    indent: number,
    place: Place,
    depth: number,
  ): void {
    const inner = innerIndent(indent, place);
    this.open(items.length === 0 ? '[]' : '', place);
    items.forEach((item, i) => {
      this.put(isOnLine(place, i) ? '- ' : `${' '.repeat(inner)}- `);
      this.write(item, inner, 'item', depth + 1);
    });
  }

  private writeEntries(
    entries: readonly Entry[],
    indent: number,
    place: Place,
    depth: number,
  ): void {
    const inner = innerIndent(indent, place);
    this.open(entries.length === 0 ? '{}' : '', place);
    entries.forEach(([key, value], i) => {
      const blanks = isOnLine(place, i) ? '' : ' '.repeat(inner);
      this.put(`${blanks}${printKey(key)}:`);
      this.write(value, inner, 'entry', depth + 1);
    });
  }

  private entriesOf(value: Value): readonly Entry[] | undefined {
    const entries = entriesOf(value);
    if (!entries || value instanceof HostObject) {
      return entries;
    }
    this.steps?.step(sortingSteps(entries));
    return sortByKey(entries);
  }

  /** What stands on the line of the parent: an empty collection, or the end of the line. */
  private open(empty: string, place: Place): void {
    if (empty) {
      this.put(place === 'entry' ? ` ${empty}\n` : `${empty}\n`);
    } else if (place === 'entry') {
      this.put('\n');
    }
  }

  private put(text: string): void {
    this.length += text.length;
    if (this.length > MAX_LENGTH) {
      fail('the YAML text is too long');
    }
    this.steps?.step(text.length / UNITS_PER_STEP);
    this.parts.push(text);
  }
}

/**
 * A value as YAML text, ending in a line break.
 *
 * @remarks
 * The style of Kargo: four blanks of indentation, also for lists under a key; nested lists
 * as `- - 1`; keys in natural order; quotes where a plain text would be read as something
 * else, YAML 1.1 booleans included; texts of several lines as literal blocks. Host objects
 * appear with their members in lower case, empty ones included.
 *
 * @param steps - is charged for what is written
 * @throws ExpressionError of stage `encode` for functions, and for what is too deep or too long
 */
export function encodeYaml(value: Value, steps?: StepCounter): string {
  const writer = new YamlWriter(steps);
  writer.write(value, 0, 'root', 0);
  return writer.text();
}

/** The first member of a collection in a list follows the dash. */
function isOnLine(place: Place, index: number): boolean {
  return place === 'item' && index === 0;
}

function innerIndent(indent: number, place: Place): number {
  switch (place) {
    case 'root':
      return 0;
    case 'item':
      return indent + 2;
    default:
      return STEP * Math.floor((indent + STEP) / STEP);
  }
}

/** A text as scalar; `relative` is its indentation against its parent. */
function printText(text: string, indent: number, relative: number): string {
  const style = yamlTextStyle(text, false);
  if (style !== 'literal') {
    return printYamlText(text, style);
  }
  // Without it a reader would take blanks at the start for indentation.
  const hint = /^[ \n]/.test(text) ? String(relative) : '';
  const lines = text.split('\n');
  const isTerminated = lines.at(-1) === '';
  if (isTerminated) {
    lines.pop();
  }
  const blanks = ' '.repeat(indent);
  const body = lines.map(line => (line === '' ? '' : blanks + line));
  return [`|${hint}${chomping(text)}`, ...body].join('\n');
}

function chomping(text: string): string {
  if (!text.endsWith('\n')) {
    return '-';
  }
  return text === '\n' || text.endsWith('\n\n') ? '+' : '';
}

function printKey(key: Value): string {
  const scalar = scalarOf(key);
  if (typeof scalar !== 'string') {
    return scalar.plain;
  }
  const style = yamlTextStyle(scalar, true);
  return printYamlText(scalar, style === 'literal' ? 'double' : style);
}

function itemsOf(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) {
    return value;
  }
  return value instanceof Uint8Array ? Array.from(value, BigInt) : undefined;
}

function entriesOf(value: Value): Entry[] | undefined {
  if (typeof value !== 'object' || isNil(value)) {
    return undefined;
  }
  if (!(value instanceof Boxed)) {
    return Object.entries(value as ValueMap);
  }
  if (value instanceof TypedMap) {
    return [...value.entries];
  }
  if (value instanceof AnyMap) {
    return [...value.entries.values()];
  }
  if (value instanceof HostObject && !value.type.toJson) {
    return [...value.type.members].map(([name, { type }]) => [
      name.toLowerCase(),
      value.fields.get(name) ?? zeroOf(type),
    ]);
  }
  // Time zones have nothing to show.
  return value instanceof Location ? [] : undefined;
}

function zeroOf({ kind }: Type): Value {
  switch (kind) {
    case 'string':
      return '';
    case 'map':
      return {};
    case 'array':
      return [];
    default:
      return null;
  }
}

/** What it takes to bring entries in order, whose keys are compared sign by sign. */
function sortingSteps(entries: readonly Entry[]): number {
  let length = 0;
  for (const [key] of entries) {
    length += typeof key === 'string' ? key.length : 1;
  }
  return (length / UNITS_PER_STEP) * Math.log2(entries.length + 1);
}

function sortByKey(entries: Entry[]): Entry[] {
  return entries.sort(([a], [b]) => compareKeys(a, b));
}

/** Numbers come before texts. */
function compareKeys(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') {
    return compareNaturally(a, b);
  }
  const left = keyNumber(a);
  const right = keyNumber(b);
  if (left !== undefined && right !== undefined) {
    return left - right;
  }
  return Number(left === undefined) - Number(right === undefined);
}

function keyNumber(key: Value): number | undefined {
  const isNumber =
    typeof key === 'number' ||
    typeof key === 'bigint' ||
    typeof key === 'boolean';
  if (isNumber) {
    return Number(key);
  }
  return key instanceof Uint ? Number(key.value) : undefined;
}

/** A scalar: a text that may need quotes, or something that stands as it is. */
function scalarOf(value: Value): string | { plain: string } {
  if (isNil(value)) {
    return { plain: 'null' };
  }
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
    case 'boolean':
      return { plain: String(value) };
    case 'number':
      return { plain: printNumber(value) };
    default:
      return boxedScalar(value);
  }
}

function boxedScalar(value: object): string | { plain: string } {
  if (value instanceof Uint) {
    return { plain: String(value.value) };
  }
  if (value instanceof Time) {
    return { plain: printRfc3339(value) };
  }
  if (value instanceof Duration) {
    return value.toString();
  }
  if (value instanceof Named) {
    return typeof value.value === 'string'
      ? value.value
      : { plain: String(value.value) };
  }
  if (value instanceof HostObject && value.type.toJson) {
    return scalarOf(value.type.toJson(value));
  }
  return fail('a function has no YAML form');
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) {
    return '.nan';
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? '.inf' : '-.inf';
  }
  return formatFloat(value);
}

function fail(message: string): never {
  throw new ExpressionError('encode', 'not-encodable', message);
}
