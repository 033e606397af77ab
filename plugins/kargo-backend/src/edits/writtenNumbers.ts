import {
  WRITTEN_SCALAR_TAG,
  WrittenScalar,
} from 'backstage-plugin-kargo-common';
import { Document, visit } from 'yaml';

/**
 * Has every number of a document printed as it was read: `0644` must not become `644`,
 * which other readers take for another number, and long ones must not be rounded. To be
 * called before the document is printed; nothing else can be done with its numbers then.
 */
export function keepNumbersAsWritten(document: Document): void {
  document.schema.tags.push(WRITTEN_SCALAR_TAG);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'number' && node.source && !node.tag) {
        node.value = new WrittenScalar(node.source, node.value);
      }
    },
  });
}
