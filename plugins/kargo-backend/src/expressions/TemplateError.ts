/**
 * A template that cannot be used: it cannot be read (`template`), its result has no JSON
 * form (`encode`), its result is not of the type that is wanted there (`coerce`), or an
 * expression in it fails (the stages of ExpressionError).
 *
 * @remarks
 * The message names places and types, never values, because values may come from Secrets.
 */
export class TemplateError extends Error {
  readonly name = 'TemplateError';

  constructor(
    readonly stage: TemplateStage,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** When a template was found to be unusable. */
export type TemplateStage =
  | 'template'
  | 'parse'
  | 'check'
  | 'run'
  | 'encode'
  | 'coerce';
