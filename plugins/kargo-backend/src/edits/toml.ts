import type { AST } from 'toml-eslint-parser';
import { findIndex, notFound, parseDocumentPath } from './documentPath';
import { EditError } from './EditError';
import { formatGoNumber } from './goText';
import { ScalarValue, toScalarValue } from './ScalarValue';
import { applyEdits, TextEdit } from './textEdits';
import { readTomlTree, TomlPlace } from './tomlTree';

/** A value to put in place of the one that a key leads to. */
export interface TomlUpdate {
  /** As `parseDocumentPath` reads it. */
  key: string;
  value: unknown;
}

const MAX_INTEGER = 2 ** 63;

/**
 * Replaces values of a TOML text and changes nothing but those values: comments, quotes,
 * order and line breaks stay, and so does the whole text when the values are there already.
 *
 * @remarks
 * Nothing is added. A table below an element of a list of tables may be named without the
 * index of the element; it is then that of the last one. Differs: Kargo writes every text
 * in single quotes and every number with a fraction.
 *
 * @throws EditError; then nothing is to be written.
 */
export function updateToml(
  text: string,
  updates: readonly TomlUpdate[],
): string {
  const tree = readTomlTree(text);
  // Of several values for a place the last one counts.
  const edits = new Map<number, TextEdit | undefined>();
  for (const { key, value } of updates) {
    const node = findScalar(tree, key);
    const [start, end] = node.range;
    const wanted = toScalarValue(key, value);
    edits.set(
      start,
      isSame(node, wanted)
        ? undefined
        : { start, end, replacement: formatLike(node, wanted) },
    );
  }
  const edited = applyEdits(
    text,
    [...edits.values()].flatMap(edit => edit ?? []),
  );
  assertReadsBack(edited, updates);
  return edited;
}

/** A value as TOML writes it, for messages: texts in single quotes where these do. */
export function formatTomlValue(value: ScalarValue): string {
  if (typeof value === 'string') {
    return canBeLiteral(value) ? `'${value}'` : basicString(value);
  }
  return typeof value === 'number' ? formatNumber(value, false) : String(value);
}

function findScalar(tree: TomlPlace, key: string): AST.TOMLValue {
  let place: TomlPlace = tree;
  for (const part of parseDocumentPath(key)) {
    place = enter(place, part, key);
  }
  if (place.kind !== 'scalar') {
    throw new EditError(
      'not-scalar',
      `key "${key}" addresses a ${place.kind}, not a text, number or boolean`,
    );
  }
  return place.node;
}

function enter(place: TomlPlace, part: string, key: string): TomlPlace {
  if (place.kind === 'table') {
    const member = place.members.get(part);
    if (!member) {
      throw notFound(key);
    }
    return member;
  }
  const index = findIndex(part);
  if (place.kind === 'list' && index === undefined && place.isOfTables) {
    const member = enter(place.items[place.items.length - 1], part, key);
    if (member.kind === 'table') {
      return member;
    }
  }
  const item =
    place.kind === 'list' && index !== undefined && index >= 0
      ? place.items[index]
      : undefined;
  if (!item) {
    throw notFound(key, `"${part}" is no element of what stands before it`);
  }
  return item;
}

function isSame(node: AST.TOMLValue, wanted: ScalarValue): boolean {
  const isPlain = ['string', 'boolean', 'integer', 'float'].includes(node.kind);
  return isPlain && Object.is(node.value, wanted);
}

/** A text keeps the quotes that were there, a number its fraction. */
function formatLike(node: AST.TOMLValue, wanted: ScalarValue): string {
  if (typeof wanted === 'string' && node.kind === 'string') {
    return node.style === 'literal' && canBeLiteral(wanted)
      ? `'${wanted}'`
      : basicString(wanted);
  }
  return typeof wanted === 'number'
    ? formatNumber(wanted, node.kind === 'float')
    : formatTomlValue(wanted);
}

function formatNumber(value: number, isFloat: boolean): string {
  const text = formatGoNumber(value);
  const needsFraction = isFloat || Math.abs(value) >= MAX_INTEGER;
  return needsFraction && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function canBeLiteral(text: string): boolean {
  return !/['\p{Cc}]/u.test(text);
}

function basicString(text: string): string {
  // JSON escapes a subset of what TOML does, but for the delete character.
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

/** The last line of defence: what was written must read back. */
function assertReadsBack(text: string, updates: readonly TomlUpdate[]): void {
  const tree = readTomlTree(text);
  const last = new Map(updates.map(({ key, value }) => [key.trim(), value]));
  for (const [key, value] of last) {
    const node = findScalar(tree, key);
    const isShared = updates.some(
      update =>
        update.key.trim() !== key && Object.is(node.value, update.value),
    );
    if (!Object.is(node.value, value) && !isShared) {
      throw new EditError(
        'unsupported',
        `the new value of key "${key}" would not read back from where it stands`,
      );
    }
  }
}
