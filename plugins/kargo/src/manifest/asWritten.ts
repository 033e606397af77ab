import {
  plainScalar,
  unquotedNegation,
  WRITTEN_SCALAR_TAG,
  WrittenScalar,
} from 'backstage-plugin-kargo-common';
import { Document, isScalar, Scalar, visit, YAMLMap, YAMLSeq } from 'yaml';

/**
 * Has a document print what the library would put into words of its own: numbers such as
 * `0o14`, `1_000` and those of many digits, texts that it takes for dates, and brackets with
 * or without blanks inside of them.
 */
export function keepAsWritten(document: Document, text: string): void {
  document.schema?.tags.push(WRITTEN_SCALAR_TAG);
  visit(document, {
    Collection(_, node) {
      keepPadding(node, text);
    },
    Scalar(at, node) {
      const { source = '', tag, type } = node;
      if (at !== 'key' && type === Scalar.PLAIN && !tag && isReworded(node)) {
        node.value = new WrittenScalar(source, plainScalar(source));
        // What takes its place is no time or octal because this one looks like one.
        delete node.format;
        delete node.minFractionDigits;
      }
    },
  });
}

/** The library has one padding for all of a document. */
function keepPadding(node: YAMLMap | YAMLSeq, text: string): void {
  const [start] = node.range ?? [];
  if (!node.flow || start === undefined) {
    return;
  }
  const flowCollectionPadding = /\s/.test(text[start + 1]) ? ' ' : '';
  const print = node.toString.bind(node);
  node.toString = (context, ...rest) =>
    print(context && { ...context, flowCollectionPadding }, ...rest);
}

function isReworded({ value, source = '' }: Scalar): boolean {
  switch (typeof value) {
    case 'string':
      return plainScalar(source) !== value && !source.includes('\n');
    case 'boolean':
      return false;
    default:
      return value !== null;
  }
}

/** What a node means to the server; `undefined` where it is no single value. */
export function meaningOf(node: unknown): unknown {
  const value = isScalar(node) ? node.value : undefined;
  return value instanceof WrittenScalar ? value.value : value;
}

/** Gives expressions that begin with a negation the quotes that they lack. */
export function quoteNegations(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      const { tag = '', value } = node;
      const whole =
        typeof value === 'string' ? unquotedNegation(tag, value) : undefined;
      if (whole !== undefined) {
        node.value = whole;
        node.source = whole;
        delete node.tag;
      }
    },
  });
}
