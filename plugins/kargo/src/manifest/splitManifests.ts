import { formatKey, KindName, KINDS } from 'backstage-plugin-kargo-common';
import { Document, isMap, parseAllDocuments } from 'yaml';
import { documentValue, READING } from './documentValue';

/** What names a manifest, where there is something of the kind. */
interface Named {
  kind?: unknown;
  metadata?: { name?: unknown; namespace?: unknown };
}

/** One manifest of a text. */
export interface ManifestPart {
  /** What the server keeps it by: `Stage shop/test`, `Project shop` */
  key: string;
  kind: string;
  name: string;
  text: string;
}

/**
 * The manifests of a text, Projects first: in this order the server applies them and answers.
 *
 * @param text - without mistakes, see `findMistake`
 */
export function splitManifests(text: string): ManifestPart[] {
  const documents: Document[] = [...parseAllDocuments(text, READING)];
  const parts = documents.flatMap(document => readPart(document, text) ?? []);
  const isProject = ({ kind }: ManifestPart) => kind === 'Project';
  return [
    ...parts.filter(isProject),
    ...parts.filter(part => !isProject(part)),
  ];
}

function readPart(document: Document, whole: string): ManifestPart | undefined {
  // What holds nothing but a comment is no manifest.
  if (!isMap(document.contents)) {
    return undefined;
  }
  const read = documentValue(document);
  const named = (read.ok ? read.value : {}) as Named;
  const kind = String(named.kind);
  const { metadata } = named;
  const name = String(metadata?.name);
  // What belongs to a cluster stands there without a Project.
  const namespace = KINDS[kind as KindName]?.namespaced
    ? String(metadata?.namespace ?? '')
    : '';
  const key = formatKey({ kind, namespace, name });
  return { key, kind, name, text: wholeLines(document, whole) };
}

/** The text of a document with the indentation of its first line. */
function wholeLines({ range }: Document, whole: string): string {
  const [start, , end] = range ?? [0, 0, whole.length];
  // At the first place `lastIndexOf` would still look at that place itself.
  const line = start === 0 ? 0 : whole.lastIndexOf('\n', start - 1) + 1;
  return whole.slice(line, end);
}

/** One text of manifests, of which each begins with dashes of its own or with none. */
export function joinManifests(parts: readonly ManifestPart[]): string {
  return parts
    .map(({ text }) => (/^---\s/.test(text) ? text : `---\n${text}`))
    .map(text => (text.endsWith('\n') ? text : `${text}\n`))
    .join('');
}

/** What is there more than once, of which only the last would be kept. */
export function repeatedKey(parts: readonly ManifestPart[]) {
  const keys = parts.map(({ key }) => key);
  return keys.find((key, index) => keys.indexOf(key) !== index);
}
