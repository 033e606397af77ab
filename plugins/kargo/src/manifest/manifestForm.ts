import { KindName, MANIFESTS } from 'backstage-plugin-kargo-common';
import { Document, isMap, isNode, parseAllDocuments } from 'yaml';
import { PathStep } from './manifestShape';
import { YAML_STYLE } from './manifestText';

/** A text of one manifest that can be filled in as a form. */
export interface ManifestForm {
  kind: KindName;
  value: Record<string, unknown>;
}

/** The manifest of a text, or `undefined` where it is not one, or no YAML. */
export function readForm(text: string): ManifestForm | undefined {
  const document = readDocument(text);
  const kind = document?.get('kind');
  if (
    !document ||
    typeof kind !== 'string' ||
    !Object.hasOwn(MANIFESTS, kind)
  ) {
    return undefined;
  }
  return {
    kind: kind as KindName,
    value: document.toJS({ maxAliasCount: 100 }),
  };
}

/**
 * The text with another value at a path; what stands around it stays as it is written,
 * comments too.
 *
 * @param value - `undefined` removes what is there
 */
export function writeField(
  text: string,
  path: PathStep[],
  value: unknown,
): string {
  const document = readDocument(text);
  if (!document) {
    return text;
  }
  if (value === undefined) {
    document.deleteIn(path);
  } else {
    makeWay(document, path);
    document.setIn(path, document.createNode(value));
  }
  return document.toString(YAML_STYLE);
}

function readDocument(text: string): Document | undefined {
  const documents: Document[] = [...parseAllDocuments(text, YAML_STYLE)];
  const [document] = documents;
  return documents.length === 1 &&
    document.errors.length === 0 &&
    isMap(document.contents)
    ? document
    : undefined;
}

/** Empty values on the way, such as `spec:` with nothing below, become what the path needs. */
function makeWay(document: Document, path: PathStep[]): void {
  path.slice(0, -1).forEach((_, index) => {
    const way = path.slice(0, index + 1);
    const there = document.getIn(way, true);
    if (!isNode(there) || document.getIn(way) === null) {
      const next = path[index + 1];
      document.setIn(
        way,
        document.createNode(typeof next === 'number' ? [] : {}),
      );
    }
  });
}
