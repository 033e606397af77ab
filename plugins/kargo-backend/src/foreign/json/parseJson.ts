import { ForeignInputError } from '../ForeignInputError';
import { Data, Json } from '../jsonValue';
import { Limits } from '../limits';

/**
 * A JSON text as a value.
 *
 * @throws ForeignInputError when it is not JSON or too much.
 */
export function parseJson(text: string, limits: Limits): Json {
  const value = parseJsonText(text);
  measureJson(value, limits);
  return value;
}

/**
 * The value of a text in a list, which is empty when the text is no JSON.
 *
 * @throws ForeignInputError when it is too much.
 */
export function parseIfJson(text: string, limits: Limits): Json[] {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return [];
  }
  measureJson(value, limits);
  return [value];
}

/** @throws ForeignInputError that says where it is not JSON and shows nothing of it. */
export function parseJsonText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new ForeignInputError(`it is not valid JSON${placeOf(error, text)}`);
  }
}

/** The engine's message shows part of the text, which may be a secret. */
function placeOf(error: unknown, text: string): string {
  const position = /at position (\d{1,9})/.exec(String(error))?.[1];
  if (position === undefined) {
    return '';
  }
  const lines = text.slice(0, Number(position)).split('\n');
  return ` at line ${lines.length}, column ${
    lines[lines.length - 1].length + 1
  }`;
}

/**
 * Counts a value level by level, since what is nested deep enough ends any recursion.
 *
 * @throws ForeignInputError when it is too much.
 */
export function measureJson(value: Data, limits: Limits): void {
  let level: Data[] = [value];
  let nodes = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limits.depth + 1) {
      throw new ForeignInputError(
        `it is nested more than ${limits.depth} levels deep`,
      );
    }
    nodes += level.length;
    if (nodes > limits.nodes) {
      throw new ForeignInputError(`it has more than ${limits.nodes} values`);
    }
    level = level.flatMap(node =>
      typeof node === 'object' && node !== null ? Object.values(node) : [],
    );
  }
}
