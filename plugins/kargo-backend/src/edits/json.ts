import { Node, ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { EditError } from './EditError';

/** A value to set in a JSON text. */
export interface JsonUpdate {
  /** Parts divided by dots; `\.` is a literal dot, `:` in front of a number makes it a key. */
  key: string;
  value: unknown;
}

/**
 * Sets values in a JSON text, one after the other, and changes only their bytes; none when
 * the values are there already.
 *
 * @remarks
 * Missing keys are added behind the last one, missing parents become objects, or lists
 * where a number follows; `-1` appends to a list and an index past its end fills up with
 * null. What is no object or list on the way is replaced. An empty text counts as `{}`.
 * Comments are left alone. Differs: what stands behind the root, a line break above all,
 * stays when something is added to it; and nothing is added to what is no JSON inside, such
 * as an object whose keys have no quotes, which Kargo breaks. Otherwise nothing checks the
 * rest of the text.
 *
 * @throws EditError; then nothing is to be written.
 */
export function updateJson(
  text: string,
  updates: readonly JsonUpdate[],
): string {
  return updates.reduce(
    (current, { key, value }) =>
      setValue(current.trim() === '' ? '{}' : current, key, value),
    text,
  );
}

/** A number in plain decimals, as JSON files hold them. */
export function formatPlainNumber(value: number): string {
  const [mantissa, exponent] = String(value).split('e');
  if (exponent === undefined) {
    return mantissa;
  }
  if (Number.isInteger(value)) {
    return BigInt(value).toString();
  }
  const [, sign, digits] = /^(-?)(.*)$/.exec(mantissa.replace('.', '')) ?? [];
  return `${sign}0.${'0'.repeat(-Number(exponent) - 1)}${digits}`;
}

interface Part {
  text: string;
  /** A number that is a key all the same. */
  isKey: boolean;
}

function setValue(text: string, key: string, value: unknown): string {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root?.type !== 'object' && root?.type !== 'array') {
    throw new EditError(
      'bad-document',
      'the text is neither a JSON object nor a JSON array',
    );
  }
  const literal = toLiteral(key, value);
  const path = parsePath(key);
  let node: Node = root;
  for (const [depth, part] of path.entries()) {
    const child = findChild(node, part, key);
    if (!child) {
      assertIsJson(text, node, errors);
      return insert(text, node, part, nest(path.slice(depth + 1), literal));
    }
    node = child;
    if (depth < path.length - 1 && !node.children) {
      return replace(text, node, nest(path.slice(depth + 1), literal));
    }
  }
  return holds(node, value) ? text : replace(text, node, literal);
}

/** Numbers of more digits may be another one that only reads the same. */
const EXACT_DIGITS = 15;

/** Whether a value stands there already, in whatever notation. */
function holds(node: Node, value: unknown): boolean {
  const isExact = typeof value !== 'number' || node.length <= EXACT_DIGITS;
  return node.value === value && isExact;
}

function toLiteral(key: string, value: unknown): string {
  if (typeof value === 'string') {
    return quoteJson(value);
  }
  if (typeof value === 'boolean') {
    return String(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    return formatPlainNumber(value);
  }
  throw new EditError(
    'bad-value',
    `the new value of key "${key}" must be a text, a number or a boolean`,
  );
}

const PLAIN_ASCII = /^[ !#-[\]-\u007f]*$/;

/**
 * A text as Kargo writes it, so that both leave the same file: plain ASCII as it is, and
 * otherwise with all the escapes of Go.
 */
function quoteJson(text: string): string {
  if (PLAIN_ASCII.test(text)) {
    return `"${text}"`;
  }
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function parsePath(key: string): Part[] {
  const parts: Part[] = [{ text: '', isKey: false }];
  let isStart = true;
  for (let at = 0; at < key.length; at++) {
    const part = parts[parts.length - 1];
    const character = key[at];
    if (character === '.') {
      parts.push({ text: '', isKey: false });
      isStart = true;
      continue;
    }
    if (character === ':' && isStart) {
      part.isKey = true;
    } else if (character === '\\') {
      at++;
      part.text += key[at] ?? '';
    } else if (/[*?#|]/.test(character)) {
      throw new EditError(
        'bad-path',
        `key "${key}" contains "${character}"; write "\\${character}" for the literal character`,
      );
    } else {
      part.text += character;
    }
    isStart = false;
  }
  if (parts.some(({ text }) => text === '')) {
    throw new EditError(
      'bad-path',
      `key "${key}" has an empty part; parts are divided by single dots`,
    );
  }
  return parts;
}

function findChild(node: Node, part: Part, key: string): Node | undefined {
  if (node.type === 'array') {
    return node.children?.[indexOf(part, node, key)];
  }
  const property = node.children?.find(
    child => child.children?.[0]?.value === part.text,
  );
  return property?.children?.[1];
}

function indexOf(part: Part, list: Node, key: string): number {
  const length = list.children?.length ?? 0;
  if (part.text === '-1') {
    return length;
  }
  if (part.isKey || !/^\d+$/.test(part.text)) {
    throw new EditError(
      'not-found',
      `key "${key}" names "${part.text}" of a list; expected an index`,
    );
  }
  const index = Number(part.text);
  assertReasonable(index - length, key);
  return index;
}

// A typing error must not fill the disk with nulls.
const MAX_PADDING = 10_000;

function assertReasonable(padding: number, key: string): void {
  if (padding > MAX_PADDING) {
    throw new EditError(
      'index-out-of-range',
      `key "${key}" lies more than ${MAX_PADDING} elements past the end of its list`,
    );
  }
}

/** The text of what is missing around a value. */
function nest(path: readonly Part[], literal: string): string {
  return path.reduceRight((inner, { text, isKey }) => {
    if (isKey || !/^(?:\d+|-1)$/.test(text)) {
      return `{${quoteJson(text)}:${inner}}`;
    }
    const padding = text === '-1' ? 0 : Number(text);
    assertReasonable(padding, text);
    return `[${'null,'.repeat(padding)}${inner}]`;
  }, literal);
}

/** Of these a text that has its quotes may have any: where it ends is clear. */
const WITHIN_TEXTS: readonly string[] = [
  'InvalidCharacter',
  'InvalidEscapeCharacter',
  'InvalidUnicode',
] satisfies Array<ReturnType<typeof printParseErrorCode>>;

/** Where the place for something more is found by what is there, that must be understood. */
function assertIsJson(
  text: string,
  { offset, length }: Node,
  errors: readonly ParseError[],
): void {
  const end = offset + length;
  const isClosed = /[}\]]/.test(text[end - 1]);
  const error = errors.find(
    ({ error: code, offset: at }) =>
      !WITHIN_TEXTS.includes(printParseErrorCode(code)) &&
      at > offset &&
      (at < end || !isClosed),
  );
  if (error) {
    const line = text.slice(0, error.offset).split('\n').length;
    throw new EditError(
      'bad-document',
      `not valid JSON at line ${line}, where something is to be added`,
      error.offset,
    );
  }
}

function replace(text: string, node: Node, literal: string): string {
  const end = node.offset + node.length;
  return text.slice(0, node.offset) + literal + text.slice(end);
}

function insert(text: string, node: Node, part: Part, literal: string): string {
  const close = node.offset + node.length - 1;
  const count = node.children?.length ?? 0;
  const before = text.slice(0, close);
  const isSeparated = count === 0 || before.trimEnd().endsWith(',');
  const entry =
    node.type === 'object'
      ? `${quoteJson(part.text)}:${literal}`
      : 'null,'.repeat(Math.max(0, Number(part.text) - count)) + literal;
  return `${before}${isSeparated ? '' : ','}${entry}${text.slice(close)}`;
}
