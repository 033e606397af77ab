/**
 * The moment at which an expression was found to be wrong.
 *
 * @public
 */
export type ExpressionStage = 'parse' | 'check' | 'run' | 'encode';

/**
 * What is wrong with an expression; stable, so that callers may branch on it.
 *
 * @public
 */
export type ExpressionErrorCode =
  | 'argument-count'
  | 'argument-type'
  | 'base64-text'
  | 'braces-required'
  | 'character'
  | 'coalesce-mixed'
  | 'comment'
  | 'condition-type'
  | 'conversion'
  | 'date-text'
  | 'duration-text'
  | 'empty-reduce'
  | 'escape'
  | 'host-function'
  | 'index-range'
  | 'index-type'
  | 'json-text'
  | 'map-key'
  | 'map-key-type'
  | 'member-name'
  | 'member-of-nil'
  | 'memory-budget'
  | 'modulo-zero'
  | 'negative-shift'
  | 'nesting-limit'
  | 'no-clock'
  | 'no-such-member'
  | 'node-limit'
  | 'not-a-boolean'
  | 'not-a-list'
  | 'not-a-string'
  | 'not-callable'
  | 'not-encodable'
  | 'number-literal'
  | 'operand-types'
  | 'predicate-type'
  | 'redeclared-name'
  | 'regular-expression'
  | 'sort-order'
  | 'source-limit'
  | 'step-limit'
  | 'string-limit'
  | 'syntax'
  | 'time-range'
  | 'time-zone'
  | 'unhashable-key'
  | 'unknown-member'
  | 'unknown-name'
  | 'unknown-pointer'
  | 'unsupported-value'
  | 'unterminated-literal';

/**
 * Everything that can go wrong with an expression: the stage, a stable code and the place in the source.
 *
 * @remarks
 * The message names kinds and literals of the source, never values, because
 * values may come from secrets.
 *
 * @public
 */
export class ExpressionError extends Error {
  readonly name = 'ExpressionError';

  constructor(
    readonly stage: ExpressionStage,
    readonly code: ExpressionErrorCode,
    readonly reason: string,
    /** Offset into the source in UTF-16 units; undefined when the error has no place. */
    readonly offset?: number,
    readonly source?: string,
    options?: { cause?: unknown },
  ) {
    super(messageOf(reason, offset, source), options);
  }
}

/** Whether the thrown thing is an {@link ExpressionError}, also one of another copy of this package. @public */
export function isExpressionError(error: unknown): error is ExpressionError {
  return (error as { name?: unknown } | undefined)?.name === 'ExpressionError';
}

/**
 * Thrown by a host function to leave an evaluation with a message to the host; it passes through unchanged.
 *
 * @remarks
 * Not an `Error`, because it reports no mistake and is thrown often enough for
 * the cost of a stack trace to matter.
 *
 * @public
 */
export class HostSignal {
  readonly isHostSignal = true;
}

/** Whether the thrown thing is a {@link HostSignal}. @public */
export function isHostSignal(thrown: unknown): thrown is HostSignal {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    (thrown as { isHostSignal?: unknown }).isHostSignal === true
  );
}

/**
 * Line and column of an offset, both counted from 1, the column in characters (code points).
 *
 * @public
 */
export function positionOf(
  source: string,
  offset: number,
): { line: number; column: number } {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) {
    line += 1;
  }
  return { line, column: Array.from(before.slice(lineStart)).length + 1 };
}

const EXCERPT_WIDTH = 100;

/**
 * Draws the failing source line with a caret under the place of the error, for people to read.
 *
 * @remarks
 * Long lines are cut around the caret. Without a place only the reason is printed.
 *
 * @public
 */
export function printError(error: ExpressionError): string {
  const { source, offset, reason } = error;
  if (source === undefined || offset === undefined) return reason;
  const { line, column } = positionOf(source, offset);
  const text = Array.from(
    (source.split('\n')[line - 1] ?? '').replace(/[\t\r]/g, ' '),
  );
  const from = Math.max(0, column - 1 - EXCERPT_WIDTH / 2);
  const excerpt = text.slice(from, from + EXCERPT_WIDTH).join('');
  const gutter = ' | ';
  return [
    `${reason} (line ${line}, column ${column})`,
    `${gutter}${excerpt}`,
    `${gutter}${' '.repeat(column - 1 - from)}^`,
  ].join('\n');
}

function messageOf(reason: string, offset?: number, source?: string): string {
  if (offset === undefined || source === undefined) return reason;
  const { line, column } = positionOf(source, offset);
  return `${reason} (line ${line}, column ${column})`;
}

/** Ends an evaluation with a run-stage error; the program adds the place. */
export function fail(code: ExpressionErrorCode, reason: string): never {
  throw new ExpressionError('run', code, reason);
}
