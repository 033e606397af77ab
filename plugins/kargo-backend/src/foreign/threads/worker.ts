import type { MessagePort } from 'node:worker_threads';
import { EditErrorCode, isEditError } from '../../edits/EditError';
import { edit, EditKind } from '../edits';
import { ForeignInputError } from '../ForeignInputError';
import { Json } from '../jsonValue';
import { parseDocuments } from '../documents/parseDocuments';
import { parseJson } from '../json/parseJson';
import { Limits } from '../limits';
import { readText } from '../text';
import { parseToml } from '../toml/parseToml';
import { parseYamlDocuments } from '../yaml/parseYamlDocuments';
import { toRows } from './rows';

/** Languages that a thread reads. */
export type Language = 'documents' | 'yaml' | 'yamlTexts' | 'json' | 'toml';

/** What tells that a thread begins, beside what it is to do. */
export interface Beginning {
  begun: MessagePort;
}

/** One text to read. */
export interface ReadTask {
  language: Language;
  source: string | Uint8Array;
  limits: Limits;
  /** Takes what was read. */
  port: MessagePort;
}

/** Whether it was read; if so, in so many pieces, which are at the port by now. */
export type ReadAnswer = { pieces: number } | { problem: string };

/** Rows in one piece: taking one over holds the other side for a few milliseconds. */
const PIECE = 1_000;

const PARSE: Record<Language, (text: string, limits: Limits) => Json> = {
  documents: parseDocuments,
  yaml: (text, limits) => [...parseYamlDocuments(text, limits)],
  yamlTexts: (text, limits) => [...parseYamlDocuments(text, limits, 'texts')],
  json: parseJson,
  toml: parseToml,
};

/** Reads a text in this thread and hands it over in pieces. */
export function readForPort(task: ReadTask & Beginning): ReadAnswer {
  const { language, source, limits, port } = task;
  tellBegun(task);
  try {
    const rows = toRows(PARSE[language](readText(source, limits), limits));
    let pieces = 0;
    for (let at = 0; at < rows.length; at += PIECE) {
      port.postMessage(rows.slice(at, at + PIECE));
      pieces += 1;
    }
    return { pieces };
  } catch (error) {
    // An error loses its class on the way to another thread.
    if (error instanceof ForeignInputError) {
      return { problem: error.message };
    }
    throw error;
  } finally {
    port.close();
  }
}

/** One text to edit. */
export interface EditTask {
  kind: EditKind;
  text: string;
  /** What the edit is told beside the text. */
  args: readonly unknown[];
}

/** What an edit came to, or why it was refused. */
export type EditAnswer =
  | { edited: unknown }
  | { refusal: { code: EditErrorCode; message: string; offset?: number } };

/** Edits a text in this thread. */
export function editForCaller(task: EditTask & Beginning): EditAnswer {
  const { kind, text, args } = task;
  tellBegun(task);
  try {
    return { edited: edit(kind, text, args) };
  } catch (error) {
    if (isEditError(error)) {
      const { code, message, offset } = error;
      return { refusal: { code, message, offset } };
    }
    throw error;
  }
}

function tellBegun({ begun }: Beginning): void {
  begun.postMessage(true);
  begun.close();
}
