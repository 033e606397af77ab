import { Document, ScalarTag, visit } from 'yaml';

/** A number in the user's own notation. */
class SourceText {
  constructor(readonly text: string) {}
}

const sourceTextTag: ScalarTag = {
  tag: 'tag:kargo:source',
  default: true,
  identify: value => value instanceof SourceText,
  resolve: text => text,
  stringify: ({ value }) => (value instanceof SourceText ? value.text : ''),
};

/**
 * Has every number of a document printed as it was read: `0644` must not become `644`,
 * which other readers take for another number, and long ones must not be rounded. To be
 * called before the document is printed; nothing else can be done with its numbers then.
 */
export function keepNumbersAsWritten(document: Document): void {
  document.schema.tags.push(sourceTextTag);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'number' && node.source && !node.tag) {
        node.value = new SourceText(node.source);
      }
    },
  });
}
