import { YAML_SCALAR_TAGS } from 'backstage-plugin-kargo-common';
import { Document, LineCounter, parseAllDocuments } from 'yaml';
import { readDocument } from './readDocument';

/** What a document holds and what is odd about it, or the first thing that is wrong with it. */
export type ParsedDocument =
  | { value: unknown; warnings?: string[] }
  | { problem: string };

/**
 * The documents of a YAML text as Kubernetes reads them: `yes` is true, `012` is ten, dates
 * stay texts, the last of equal keys counts.
 *
 * @remarks The files are a person's own, on their machine, so no limits are kept: what is sent
 * is read by the server's.
 */
export function parseYamlDocuments(text: string): ParsedDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    customTags: YAML_SCALAR_TAGS,
    uniqueKeys: false,
    logLevel: 'silent',
    lineCounter: lines,
  });
  return [...documents].map(document => parse(document, lines));
}

function parse(document: Document.Parsed, lines: LineCounter): ParsedDocument {
  const [problem] = document.errors;
  if (problem) {
    return describe(problem);
  }
  try {
    const { value, repeatedKeys } = readDocument(document);
    const warnings = repeatedKeys.map(
      offset =>
        `the key at line ${
          lines.linePos(offset).line
        } stands more than once in its mapping; the last one counts`,
    );
    return { value, ...(warnings.length > 0 && { warnings }) };
  } catch (error) {
    // What JSON has not is found only now.
    return describe(error as Error);
  }
}

/** What follows the first line quotes the manifest, which may be a Secret. */
function describe({ message }: Error): ParsedDocument {
  return { problem: message.split('\n')[0].replace(/:$/, '') };
}
