/** Why an edit was refused; the text is then left as it was. */
export type EditErrorCode =
  /** The key is not written as a path. */
  | 'bad-path'
  /** The text is not what it should be: not YAML, empty, not a mapping. */
  | 'bad-document'
  /** No such key. */
  | 'not-found'
  /** The index lies outside of the list. */
  | 'index-out-of-range'
  /** The key leads to something other than a text, number or boolean. */
  | 'not-scalar'
  /** The new value is not a text, number or boolean. */
  | 'bad-value'
  /** The value is written in a way that an edit of its line would break. */
  | 'unsupported';

/** An edit that cannot be made without guessing or without harm to the rest of the text. */
export class EditError extends Error {
  name = 'EditError' as const;

  constructor(
    readonly code: EditErrorCode,
    message: string,
    /** Where in the text, in UTF-16 units, when there is a place. */
    readonly offset?: number,
  ) {
    super(message);
  }
}

/** Recognises an {@link EditError} also across copies of this module. */
export function isEditError(error: unknown): error is EditError {
  return error instanceof Error && error.name === 'EditError';
}
