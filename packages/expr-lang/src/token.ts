import { ExpressionError, ExpressionErrorCode } from './errors';

/** One word of the source. */
export interface Token {
  readonly kind: 'identifier' | 'operator' | 'literal' | 'eof';
  /** Source spelling; for string and bytes literals only a description. */
  readonly text: string;
  readonly at: number;
  readonly value?: number | bigint | string | Uint8Array;
}

/** Ends the lexing with an error at a place. */
export function lexError(
  source: string,
  code: ExpressionErrorCode,
  reason: string,
  at: number,
): never {
  throw new ExpressionError('parse', code, reason, at, source);
}

/** The text that a sticky pattern of this package matches at a place. */
export function matchAt(
  pattern: RegExp,
  source: string,
  at: number,
): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
