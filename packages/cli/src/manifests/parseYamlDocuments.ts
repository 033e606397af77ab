import { YAML_SCALAR_TAGS } from 'backstage-plugin-kargo-common';
import { Document, parseAllDocuments } from 'yaml';

/** What a document holds, or the first thing that is wrong with it. */
export type ParsedDocument = { value: unknown } | { problem: string };

/**
 * The documents of a YAML text as Kubernetes reads them: `yes` is true, `012` is ten, dates
 * stay texts, the last of equal keys counts.
 *
 * @remarks The files are a person's own, on their machine, so no limits are kept: what is sent
 * is read by the server's.
 */
export function parseYamlDocuments(text: string): ParsedDocument[] {
  const documents = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    customTags: YAML_SCALAR_TAGS,
    merge: true,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  return [...documents].map(readDocument);
}

function readDocument(document: Document.Parsed): ParsedDocument {
  const [problem] = document.errors;
  if (problem) {
    return describe(problem);
  }
  try {
    return { value: document.toJS() as unknown };
  } catch (error) {
    // Of a merge of what is no mapping it tells only now.
    return describe(error as Error);
  }
}

/** What follows the first line quotes the manifest, which may be a Secret. */
function describe({ message }: Error): ParsedDocument {
  return { problem: message.split('\n')[0].replace(/:$/, '') };
}
