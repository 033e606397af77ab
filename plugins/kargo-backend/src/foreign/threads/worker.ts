import type { MessagePort } from 'node:worker_threads';
import {
  compile,
  encodeJson,
  isExpressionError,
  StepBudget,
} from 'backstage-plugin-kargo-expr';
import { EditErrorCode, isEditError } from '../../edits/EditError';
import { edit, EditKind } from '../edits';
import { ForeignInputError } from '../ForeignInputError';
import { Data, Json } from '../jsonValue';
import { parseDocuments } from '../documents/parseDocuments';
import {
  environmentOf,
  ForeignDocument,
  parseForeignDocument,
} from '../expressions/ForeignDocument';
import { measureJson, parseIfJson, parseJson } from '../json/parseJson';
import { Limits } from '../limits';
import { readText } from '../text';
import { parseToml } from '../toml/parseToml';
import { parseYamlDocuments } from '../yaml/parseYamlDocuments';
import { toRows } from './rows';

/** Languages that a thread reads. */
export type Language =
  | 'documents'
  | 'yaml'
  | 'yamlTexts'
  | 'json'
  | 'ifJson'
  | 'toml';

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

const PARSE: Record<Language, (text: string, limits: Limits) => Data> = {
  documents: parseDocuments,
  yaml: (text, limits) => [...parseYamlDocuments(text, limits)],
  yamlTexts: (text, limits) => [...parseYamlDocuments(text, limits, 'texts')],
  json: parseJson,
  ifJson: parseIfJson,
  toml: parseToml,
};

/** Reads a text in this thread and hands it over in pieces. */
export function readForPort(task: ReadTask & Beginning): ReadAnswer {
  const { language, source, limits, port } = task;
  tellBegun(task);
  try {
    const value = PARSE[language](readText(source, limits), limits);
    return { pieces: handOver(value, port) };
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

/** Gives a value to the port, and tells in how many pieces. */
function handOver(value: Data, port: MessagePort): number {
  const rows = toRows(value);
  let pieces = 0;
  for (let at = 0; at < rows.length; at += PIECE) {
    port.postMessage(rows.slice(at, at + PIECE));
    pieces += 1;
  }
  return pieces;
}

/** One expression over a text of somebody else. */
export interface ExpressionTask {
  document: ForeignDocument;
  expression: string;
  /** Epoch milliseconds for `now()`. */
  nowMs: number;
  /** Most steps that evaluating it takes. */
  steps: number;
  /** Most steps that all expressions of the text take, and how many others have taken. */
  budget: { steps: number; used: number };
  limits: Limits;
  /** Takes what the expression came to. */
  port: MessagePort;
}

/** Whether it was evaluated; if so, what it came to is in so many pieces at the port. */
export type ExpressionAnswer =
  | { pieces: number; steps: number }
  | { problem: string };

/** Reads a text and evaluates an expression over it in this thread. */
export function evaluateForPort(
  task: ExpressionTask & Beginning,
): ExpressionAnswer {
  const { document, expression, nowMs, steps, limits, port } = task;
  const { used } = task.budget;
  const budget = new StepBudget(task.budget.steps);
  budget.charge(used);
  tellBegun(task);
  try {
    const content = parseForeignDocument(document, limits);
    const value = compile(expression).run(environmentOf(document, content), {
      now: new Date(nowMs),
      limits: { steps },
      budget,
    });
    const json = JSON.parse(encodeJson(value, { steps: budget })) as Json;
    measureJson(json, limits);
    return { pieces: handOver(json, port), steps: budget.used - used };
  } catch (error) {
    if (isExpressionError(error) || error instanceof ForeignInputError) {
      return { problem: (error as Error).message };
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
