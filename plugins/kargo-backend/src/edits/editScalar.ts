import { plainScalar } from 'backstage-plugin-kargo-common';
import { isAlias, isScalar, Node, Scalar } from 'yaml';
import { EditError } from './EditError';
import { TextEdit } from './textEdits';
import { ScalarValue } from './ScalarValue';
import { formatYamlScalar, needsQuotes, ScalarStyle } from './yamlScalar';

/** A token between a key or dash and its value. */
export interface LeadToken {
  readonly type: string;
  readonly offset: number;
  readonly source?: string;
}

/** Where a value stands in a YAML text. */
export interface ScalarPlace {
  node: Node | null | undefined;
  /** Tokens between the key or dash and the value. */
  lead: readonly LeadToken[];
  inFlow: boolean;
  /** How messages call the value. */
  name: string;
}

/**
 * The edit that puts a value in the place of another on the same line, or `undefined` when
 * the same value stands there already.
 *
 * @remarks
 * Only the value itself changes: its anchor, a tag that fits and the style of its quotes
 * stay, as does everything around it.
 *
 * @throws EditError when there is no single value or it extends over lines.
 */
export function editScalar(
  source: string,
  place: ScalarPlace,
  value: ScalarValue,
): TextEdit | undefined {
  const { node, inFlow, name } = place;
  if (!isScalar(node)) {
    throw new EditError(
      'not-scalar',
      isAlias(node)
        ? `the value of ${name} is an alias, which cannot be replaced`
        : `the value of ${name} is not a text, number or boolean`,
    );
  }
  if (isSame(node, value, inFlow)) {
    return undefined;
  }
  const { start, end } = rangeOf(source, node, place);
  const tag = place.lead.find(token => token.type === 'tag');
  const style = styleOf(node);
  const text = formatYamlScalar(value, { inFlow, style });
  if (tag?.source && !fits(node, value)) {
    return replaceWithTag(source, { tag, start, end, text });
  }
  const gap = start === end && /\S/.test(source[start - 1] ?? '') ? ' ' : '';
  return { start, end, replacement: gap + text };
}

/** Numbers of more digits may be another one that only reads the same. */
const EXACT_DIGITS = 15;

/** Whether a value stands there for every reader, not only for this one. */
function isSame(node: Scalar, value: ScalarValue, inFlow: boolean): boolean {
  if (!Object.is(node.value, value)) {
    return false;
  }
  if (styleOf(node) !== 'plain') {
    return true;
  }
  switch (typeof value) {
    case 'string':
      // Another reader may take a bare `yes` for something else than the text that is meant.
      return !needsQuotes(value, { inFlow });
    case 'number': {
      // Where it is read as YAML 1.1, `0755` is 493.
      const { source = '' } = node;
      const digits = source.replace(/\D/g, '');
      return plainScalar(source) === value && digits.length <= EXACT_DIGITS;
    }
    default:
      return true;
  }
}

function styleOf(node: Scalar): ScalarStyle {
  switch (node.type) {
    case Scalar.QUOTE_SINGLE:
      return 'single';
    case Scalar.QUOTE_DOUBLE:
      return 'double';
    default:
      return 'plain';
  }
}

/** Tags of the language say what a value must be; others are the user's, who gives them texts. */
function fits(node: Scalar, value: ScalarValue): boolean {
  switch (node.tag) {
    case 'tag:yaml.org,2002:int':
      return Number.isInteger(value);
    case 'tag:yaml.org,2002:float':
      return typeof value === 'number';
    case 'tag:yaml.org,2002:bool':
      return typeof value === 'boolean';
    case 'tag:yaml.org,2002:null':
      return false;
    default:
      return typeof value === 'string';
  }
}

/** The tag goes, and an anchor that stands beside it stays. */
function replaceWithTag(
  source: string,
  options: { tag: LeadToken; start: number; end: number; text: string },
): TextEdit {
  const { tag, start, end, text } = options;
  const afterTag = tag.offset + (tag.source?.length ?? 0);
  const between = source.slice(afterTag, start).trimStart();
  return { start: tag.offset, end, replacement: between + text };
}

function rangeOf(
  source: string,
  node: Scalar,
  { lead, name }: ScalarPlace,
): { start: number; end: number } {
  const [from, to] = node.range ?? [0, 0];
  if (
    node.type === Scalar.BLOCK_LITERAL ||
    node.type === Scalar.BLOCK_FOLDED ||
    source.slice(from, to).includes('\n')
  ) {
    throw new EditError(
      'unsupported',
      `the value of ${name} is written over several lines; put it on one line`,
      from,
    );
  }
  if (from < to) {
    return { start: from, end: to };
  }
  // Nothing stands there: the value goes behind what announces it.
  const last = lead.findLast(token =>
    ['map-value-ind', 'seq-item-ind', 'anchor', 'tag'].includes(token.type),
  );
  if (!last) {
    throw new EditError(
      'unsupported',
      `the value of ${name} is written in a way that has no place for a value; put it on a line of its own`,
      from,
    );
  }
  const start = last.offset + (last.source?.length ?? 1);
  return { start, end: start };
}
